import { Fault } from '../core/index.ts'

/** Throws the reason of an aborted signal as a Fault: the caller's own when it gave one, else `E_INTERRUPTED`. */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return
  if (signal.reason instanceof Fault) throw signal.reason
  throw new Fault('E_INTERRUPTED', 'interrupted while starting the disposable server', {
    hint: 'run again',
    cause: signal.reason,
  })
}
