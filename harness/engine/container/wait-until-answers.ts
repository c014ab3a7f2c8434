import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ServerAddress } from '../../postgres/index.ts'
import { throwIfAborted } from '../abort.ts'

export interface FirstAnswer {
  readonly version: string
  readonly major: number
}

/** Between the two answers: an image that restarts its server after its init scripts does so within this time. */
const secondLookMs = 250

/**
 * Waits until the server has answered twice and was the same server both times. The server that runs an image's init
 * scripts is told apart by listening on no address; some images start the real one twice.
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
  let before: string | null = null
  while (performance.now() < end) {
    throwIfAborted(options.signal)
    const answer = await ask(address)
    if (answer !== null && answer.startedAt === before) return answer
    before = answer?.startedAt ?? null
    if (answer === null) await options.stillThere()
    await sleep(answer === null ? 50 : secondLookMs)
  }
  return null
}

async function ask(address: ServerAddress): Promise<(FirstAnswer & { readonly startedAt: string }) | null> {
  try {
    await using session = await connect(address, 'postgres', { applicationName: 'rehearse start' })
    const [row] = await session.query(
      `SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS started,
              pg_catalog.current_setting('listen_addresses') AS listens,
            pg_catalog.current_setting('server_version') AS version,
              pg_catalog.current_setting('server_version_num') AS number`,
    )
    const { started, listens, version, number } = row ?? {}
    if (!listens || !started || !version || !number) return null
    return { startedAt: started, version, major: Math.floor(Number(number) / 10_000) }
  } catch {
    // Not yet: nobody listens, or it is starting up or shutting down.
    return null
  }
}
