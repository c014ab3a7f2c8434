import { Fault } from '../harness/core/index.ts'

/** Aborts at the first Ctrl-C or SIGTERM, so that servers and folders are cleared away; the second ends us at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => controller.abort(new Fault('E_INTERRUPTED', `interrupted by ${name}`)))
  }
  return controller.signal
}
