import type { Refusal } from '../postgres/index.ts'

/** "There is no such …": object, table, schema, function, column, database. */
const undefinedStates = new Set(['42704', '42P01', '3F000', '42883', '42703', '3D000'])

interface RefusedDrop {
  readonly verb: string
  readonly text: string
  readonly refusal: Refusal
}

/**
 * `pg_dump --clean` drops everything before it creates it, without `IF EXISTS` unless asked: what is not there can't be
 * dropped, and nothing is lost by that. Not so when something else depends on it.
 */
export function isHarmlessDrop({ verb, text, refusal }: RefusedDrop): boolean {
  if (!undefinedStates.has(refusal.code)) return false
  if (verb.startsWith('DROP ') || verb === 'SELECT lo_unlink') return true
  return verb.startsWith('ALTER TABLE') && alterThatDrops.test(withoutQuoted(text))
}

/** As `--clean` writes it for constraints and for the defaults of columns. */
const alterThatDrops =
  /^\s*ALTER TABLE (?:IF EXISTS )?(?:ONLY )?[^\s;]+ (?:DROP CONSTRAINT|ALTER COLUMN [^\s;]+ DROP DEFAULT)\b[^,]*;\s*$/

/** Names may hold words and semicolons. */
function withoutQuoted(text: string): string {
  return text.replace(/"(?:[^"]|"")*"/g, 'x')
}
