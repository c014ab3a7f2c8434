import { Fault, scrubLine } from '../harness/core/index.ts'

/** When a migration begins, as it is typed: a time without a zone is another one elsewhere. */
export function timeOfMigration(text: string | undefined): Date {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? '')
  const at = new Date(hasZone ? (text ?? '') : Number.NaN)
  if (!Number.isNaN(at.getTime())) return at
  throw new Fault(
    'E_USAGE',
    text === undefined ? 'when does the migration begin?' : `"${scrubLine(text, 60)}" is no time with a zone`,
    { hint: '--migration 2026-03-01T20:00:00Z, or with an offset: 2026-03-01T21:00:00+01:00' },
  )
}
