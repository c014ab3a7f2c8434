import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ServerAddress } from '../../postgres/index.ts'
import { throwIfAborted } from '../abort.ts'

export interface FirstAnswer {
  readonly version: string
  readonly major: number
}

/** So long a server that is not the first process must last: an init script that needs a new start takes less. */
const settledMs = 5_000

/**
 * Waits until the real server has answered. An entry point starts another one for its init scripts, or several; the
 * real one takes its place: it is the container's first process. Where that is something else that stays (tini, s6), the
 * real one is known by listening on an address and by lasting.
 */
export async function waitUntilAnswers(
  address: ServerAddress,
  options: {
    readonly signal: AbortSignal
    readonly deadlineMs: number
    /** Throws when there is no point in waiting any longer. */
    readonly stillThere: () => Promise<void>
  },
): Promise<FirstAnswer | null> {
  const end = performance.now() + options.deadlineMs
  let met = null as { readonly startedAt: string; readonly at: number } | null
  while (performance.now() < end) {
    throwIfAborted(options.signal)
    const answer = await ask(address)
    if (answer === null) {
      met = null
      await options.stillThere()
    } else if (answer.isFirst) return answer
    else if (met?.startedAt !== answer.startedAt) met = { startedAt: answer.startedAt, at: performance.now() }
    else if (performance.now() - met.at > settledMs) return answer
    await sleep(50)
  }
  return null
}

async function ask(
  address: ServerAddress,
): Promise<(FirstAnswer & { readonly startedAt: string; readonly isFirst: boolean }) | null> {
  try {
    await using session = await connect(address, 'postgres', { applicationName: 'rehearse start' })
    const [row] = await session.query(
      `SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS started,
              pg_catalog.current_setting('listen_addresses') AS listens,
              pg_catalog.split_part(pg_catalog.pg_read_file('postmaster.pid'), E'\\n', 1) AS pid,
              pg_catalog.current_setting('server_version') AS version,
              pg_catalog.current_setting('server_version_num') AS number`,
    )
    const { started, listens, pid, version, number } = row ?? {}
    if (!listens || !started || !version || !number) return null
    return { startedAt: started, isFirst: pid === '1', version, major: Math.floor(Number(number) / 10_000) }
  } catch {
    // Not yet: nobody listens, or it is starting up or shutting down.
    return null
  }
}
