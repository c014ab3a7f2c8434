import { Fault, scrubLine, type FaultCode } from '../../core/index.ts'

/** What a place answered, or did not. `again`: worth another try. */
export function storeFault(
  code: Extract<FaultCode, `E_STORE_${string}`>,
  message: string,
  details: { readonly again: boolean; readonly hint?: string; readonly cause?: unknown },
): Fault {
  return new Fault(code, scrubLine(message, 300), {
    hint: details.hint ?? 'see whether the place can be reached and has room, and try again',
    facts: { again: details.again },
    cause: details.cause,
  })
}

/** There is no such file in the place. */
export function missing(path: string, cause?: unknown): Fault {
  return new Fault('E_BACKUP_FILE_MISSING', `${scrubLine(path)} is not there`, {
    hint: 'push the set again from where it was made',
    cause,
  })
}

/* Four tries over some ten seconds: what lasts longer is no hiccup. */
const pausesMs = [500, 2_000, 8_000] as const

export interface RetryOptions {
  readonly signal: AbortSignal
  /** Between the tries. */
  readonly pausesMs?: readonly number[] | undefined
}

/** Does it again, a bounded number of times, as long as what went wrong may go right. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const pauses = options.pausesMs ?? pausesMs
  for (let tried = 0; ; tried += 1) {
    if (options.signal.aborted) throw interruptedStore(options.signal)
    try {
      return await attempt()
    } catch (thrown) {
      if (options.signal.aborted) throw interruptedStore(options.signal)
      const pause = pauses[tried]
      if (!(thrown instanceof Fault) || thrown.facts['again'] !== true) throw thrown
      if (pause === undefined) {
        const tries = tried + 1
        throw new Fault(thrown.code, `${thrown.message} (tried ${tries} times)`, {
          hint: thrown.hint ?? 'try again later',
          facts: { tries },
          cause: thrown,
        })
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, pause)
        options.signal.addEventListener('abort', done, { once: true })
        function done(): void {
          clearTimeout(timer)
          options.signal.removeEventListener('abort', done)
          resolve()
        }
      })
    }
  }
}

export function interruptedStore(signal: AbortSignal): Fault {
  if (signal.reason instanceof Fault) return signal.reason
  return new Fault('E_INTERRUPTED', 'interrupted while talking to the place', {
    hint: 'run again',
    cause: signal.reason,
  })
}
