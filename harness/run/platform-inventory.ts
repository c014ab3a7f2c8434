import { formatCount } from '../core/index.ts'
import type { Facts } from '../facts/index.ts'
import type { FindingBook } from './finding-book.ts'

interface Kept {
  /** `cron job`; its plural takes an s. */
  readonly what: string
  readonly count: (facts: Facts) => number
  /** What becomes of it here. */
  readonly here: string
  /** Why it may be in production and not in the backup, and what to do. */
  readonly lost: string
}

const rowsOf =
  (schema: string, name: string) =>
  ({ tables }: Facts): number =>
    Number(tables.find((table) => table.schema === schema && table.name === name)?.rows ?? 0)

const webhook = /EXECUTE (?:FUNCTION|PROCEDURE) "?supabase_functions"?\.|EXECUTE (?:FUNCTION|PROCEDURE) "?net"?\./

/** What of a project acts by itself once it is restored, or can't be restored at all. */
const kept: readonly Kept[] = [
  {
    what: 'cron job',
    count: rowsOf('cron', 'job'),
    here: 'none of them runs here',
    lost: 'schedule them again after a restore: the backup leaves them out',
  },
  {
    what: 'queued request of pg_net',
    count: rowsOf('net', 'http_request_queue'),
    here: 'nothing sends them here; a project that they are restored into does',
    lost: 'nothing: a queue is passed by the time it is restored',
  },
  {
    what: 'webhook',
    count: ({ objects }) =>
      objects.filter(({ kind, properties }) => kind === 'trigger' && webhook.test(properties['definition'] ?? ''))
        .length,
    here: 'no request leaves here; in a project that they are restored into they call the addresses of production',
    lost: 'make them again after a restore: the backup leaves them out',
  },
  {
    what: 'subscription',
    count: ({ objects }) => objects.filter(({ kind }) => kind === 'subscription').length,
    here: 'none of them is connected here',
    lost: 'make them again after a restore: only a superuser can back them up',
  },
  {
    what: 'secret of the vault',
    count: rowsOf('vault', 'secrets'),
    here: 'their key is not in the backup: without the root key of the project they can not be read',
    lost: 'keep them elsewhere too: the backup leaves them out, and their key is in none',
  },
]

/** Says of each whether it is in the copy, and whether it was in production: a notice, for nothing of it is wrong. */
export function listInert(baseline: Facts | null, restored: Facts, book: FindingBook): void {
  for (const { what, count, here, lost } of kept) {
    const [was, is] = [baseline === null ? null : count(baseline), count(restored)]
    const number = (value: number): string => `${formatCount(value)} ${value === 1 ? what : plural(what)}`
    if (is > 0) book.notice('restore', what, `${number(is)} in the copy: ${here}`)
    if (was !== null && was > is)
      book.notice('restore', what, `${number(was)} in production, ${formatCount(is)} in the copy`, lost)
  }
}

function plural(what: string): string {
  return what.includes(' of ') ? what.replace(' of ', 's of ') : `${what}s`
}
