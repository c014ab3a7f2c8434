import { Fault } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import type { Overheard } from './overheard.ts'
import type { RanDump } from './run-dump.ts'

/** The server's answer where a database is not there. */
const noSuchDatabase = '3D000'

/**
 * Throws unless the client got to the end of the dump: code 0, or pg_restore's 1 where it says that it went on past errors,
 * or psql's 2 where the dump itself led it into a database that is not there (it then goes no further, and the refusal
 * says so). A signal is never an end, and a server that is gone is the server's fault.
 */
export async function requireEnd(
  { run, end, words }: RanDump,
  overheard: Overheard,
  server: DisposableServer,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    if (signal.reason instanceof Fault) throw signal.reason
    throw new Fault('E_INTERRUPTED', `${run.command} was interrupted`, { hint: 'run again', cause: signal.reason })
  }
  // A server that has crashed throws here, by its own name.
  await using session = await server.connect('template1', { signal })
  await session.query('SELECT')
  const last = overheard.refusals.at(-1)
  const isLedAstray = end.code === 2 && last?.verb === 'CONNECT' && last.refusal.code === noSuchDatabase
  const isThrough = end.code === 0 || (end.code === 1 && words.saysThrough) || isLedAstray
  if (end.signal === null && isThrough && !overheard.isLost) return
  const how = end.signal === null ? `code ${end.code}` : `signal ${end.signal}`
  throw new Fault(
    'E_CLIENT_FAILED',
    `${run.file}: ${run.command} ended with ${how}${words.tail && `: ${words.tail}`}`,
    {
      hint: 'see what it said; `--restorer ours` restores without it',
      facts: { code: end.code, signal: end.signal },
    },
  )
}
