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

/** It is not the one any more whose beginning was read. */
export function changed(place: string, path: string, cause?: unknown): Fault {
  return storeFault('E_STORE_FAILED', `${place}: ${path} was replaced while it was read`, { again: true, cause })
}

/* Four tries over some ten seconds: what lasts longer is no hiccup. */
const pausesMs = [500, 2_000, 8_000] as const

export interface RetryOptions {
  readonly signal: AbortSignal
  /** Between the tries. */
  readonly pausesMs?: readonly number[] | undefined
  /** Bytes that stay, tried again or not. As long as they grow by {@link movingBytes} from try to try, tries are not counted. */
  readonly stays?: (() => number) | undefined
}

/* Less than that between two failures is no getting on. */
export const movingBytes = 1 << 20

/** Does it again, a bounded number of times, as long as what went wrong may go right. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const pauses = options.pausesMs ?? pausesMs
  let stayed = options.stays?.() ?? 0
  for (let tried = 0; ; tried += 1) {
    if (options.signal.aborted) throw interruptedStore(options.signal)
    try {
      return await attempt()
    } catch (thrown) {
      if (options.signal.aborted) throw interruptedStore(options.signal)
      const stays = options.stays?.() ?? 0
      if (stays - stayed >= movingBytes) tried = 0
      stayed = Math.max(stayed, stays)
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
