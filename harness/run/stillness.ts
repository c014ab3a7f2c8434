import { Fault, formatDuration, scrubLine } from '../core/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import { stoppedProcesses } from './stopped-processes.ts'

export interface Watched {
  readonly server: Pick<DisposableServer, 'connect' | 'foreign'>
  /** Ends the rehearsal, with that as its reason. */
  readonly end: (fault: Fault) => void
  /** Of one look, in milliseconds. */
  readonly beatMs?: number
}

/** Looks in a row at which a thing was still, before it is taken for frozen: a minute, in all. */
const beats = 12

/**
 * A server or a child that was frozen (SIGSTOP, a debugger, `docker pause`) neither fails nor ends: without this, it is
 * waited for until the time limit. Counted in looks, not by the clock: while we were stopped ourselves, nobody looked.
 */
export function watchForStillness({ server, end, beatMs = 5_000 }: Watched): AsyncDisposable {
  const patience = formatDuration(beats * beatMs)
  const over = new AbortController()
  const still = new Map<string, number>()
  let unanswered = 0
  let asking: Promise<void> | null = null
  let looking: Promise<void> = Promise.resolve()

  const ask = async (): Promise<void> => {
    try {
      await using session = await server.connect('template1', { signal: over.signal })
      await session.query('SELECT 1')
    } catch {
      // It refused, or has ended: an answer too, and who works with it hears of it.
    }
    unanswered = 0
    asking = null
  }
  const look = async (): Promise<void> => {
    const stopped = await stoppedProcesses()
    const keys = new Set(stopped.map(({ pid, startTime }) => `${pid} ${startTime}`))
    for (const key of still.keys()) if (!keys.has(key)) still.delete(key)
    for (const key of keys) still.set(key, (still.get(key) ?? 0) + 1)
    const frozen = stopped.find(({ pid, startTime }) => (still.get(`${pid} ${startTime}`) ?? 0) > beats)
    if (frozen) end(fault(`${scrubLine(frozen.name, 20)} (process ${frozen.pid}) has stood still for ${patience}`))
  }
  const timer = setInterval(() => {
    // A server that is not ours alone is only asked about our own databases.
    if (server.foreign) unanswered = 0
    else if (asking === null) asking = ask()
    else if (++unanswered > beats) end(fault(`the disposable server has not answered for ${patience}`))
    looking = look()
  }, beatMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      over.abort()
      await looking
    },
  }
}

function fault(what: string): Fault {
  return new Fault('E_TIMEOUT', `${what}: it hangs, or was frozen`, {
    hint: 'see who stops processes or pauses containers on this machine, or what keeps it too busy; then run again',
  })
}
