import { gateCode, type DisposableServer } from '../engine/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'

/** Named in the finding; the report lists all refused statements. */
const mostNamed = 5

/** What only a superuser may make, and the role that restored is none: not checked, whatever the backup is worth. */
export function judgeRights(
  { limits, foreign }: Pick<DisposableServer, 'limits' | 'foreign'>,
  { refused }: Pick<RestoreLedger, 'refused'>,
  book: FindingBook,
): void {
  const wanting = refused.filter(({ meaning, refusal }) => meaning === 'rights' && refusal.code !== gateCode.notRun)
  if (wanting.length === 0) return
  const names = [...new Set(wanting.map(({ verb, object }) => (object === null ? verb : `${verb} ${object}`)))]
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : ''
  const what = `${names.slice(0, mostNamed).join(', ')}${more}`
  const why = limits ? `, for ${limits.reason}` : ''
  book.notChecked(
    'engine',
    'superuser',
    foreign && !limits
      ? `no role is made a superuser on a server of yours: what wants one was refused (${what})`
      : `the dump was restored without a superuser${why}: what wants one was refused (${what})`,
    limits?.remedy ?? 'use the embedded engine or a container',
  )
}
