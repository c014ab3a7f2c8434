import { Fault, scrubLine } from '../../core/index.ts'
import type { Exchange } from './exchange.ts'

/** Whether trying once more may help: the server was busy, broken or out of reach, or what came was not whole. */
export function mayPass(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && thrown.facts['again'] === true
}

/** Whether the other objects of the project fare no better. */
export function isForAll({ facts }: Fault): boolean {
  return facts['forAll'] === true
}

/** What came is not what the server said it would be. */
export function notWhole(message: string): Fault {
  return new Fault('E_STORE_FAILED', message, {
    hint: 'run the same command again: it fetches only what lacks',
    facts: { again: true },
  })
}

/** What the server, or the way to it, did instead of an answer. */
export function faultOfCall(what: string, thrown: unknown, { status, retryAfterMs, code }: Exchange): Fault {
  if (thrown instanceof Fault) return thrown
  const said = scrubLine(thrown instanceof Error ? thrown.message : String(thrown), 200)
  if (status === null) {
    return new Fault('E_STORE_UNREACHABLE', `${what}: the Storage API was not reached (${reasonOf(thrown) ?? said})`, {
      hint: 'check the URL of the project and the network; a paused project does not answer',
      facts: { again: true },
      cause: thrown,
    })
  }
  const facts = { status, code: code ?? null }
  if (code === '401' || code === '403' || code === 'AccessDenied' || code === 'InvalidJWT' || status === 401) {
    return new Fault('E_STORE_REFUSED', `${what}: the Storage API refuses the key (${said})`, {
      hint: 'name the secret key (sb_secret_…, or the service_role key) of this very project',
      facts,
      cause: thrown,
    })
  }
  const isPaused = status === 540
  if (isPaused || status === 402) {
    return new Fault('E_STORE_FAILED', `${what}: the project ${isPaused ? 'is paused' : 'is restricted'} (${said})`, {
      hint: isPaused
        ? 'restore the project in the dashboard first'
        : 'see the usage of the organisation in the dashboard',
      facts: { ...facts, forAll: true },
      cause: thrown,
    })
  }
  const again = status === 429 || status === 408 || status === 423 || status >= 500
  return new Fault('E_STORE_FAILED', `${what}: HTTP ${status}, ${said}`, {
    hint: again ? 'wait a little and run the same command again' : 'see what the Storage API says above',
    facts: { ...facts, again, retryAfterMs: retryAfterMs ?? null },
    cause: thrown,
  })
}

/** The code at the bottom of a chain of causes: `ECONNREFUSED`. */
export function reasonOf(thrown: unknown): string | null {
  let reason: string | null = null
  for (let error = thrown, depth = 0; error instanceof Error && depth < 6; depth += 1) {
    if ('code' in error && typeof error.code === 'string') reason = error.code
    error = 'originalError' in error ? error.originalError : error.cause
  }
  return reason
}

/** Nothing there is an answer. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof Fault && !mayPass(thrown) && isAbsent(thrown)) return null
    throw thrown
  }
}

function isAbsent({ facts }: Fault): boolean {
  return facts['status'] === 404 || facts['code'] === '404' || facts['code'] === 'NoSuchKey'
}
