import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { Fault, scrubLine } from '../../core/index.ts'
import type { ManagementAccess } from './access.ts'
import { explainRefusal, type Matter } from './explain-refusal.ts'
import { readBody } from './read-body.ts'
import type { Answer, Failed } from './types.ts'

export interface ClientOptions {
  readonly signal: AbortSignal
  /** For one attempt, its body included. */
  readonly timeoutMs?: number
  readonly pauseMs?: number
}

interface Call<T> {
  readonly matter: Matter
  readonly method: 'GET' | 'POST'
  /** Below the project's address. */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly answer: z.ZodType<T>
}

/** With the platform's own pauses two more attempts see a short overload through, and end within minutes. */
const attempts = 3
/** A longer one is told to the reader: nobody watches a command that is silent for minutes. */
const longestPauseMs = 30_000

/**
 * Asks the Management API about one project. Only what reads is asked again (429, 5xx, no answer), a query after 429 alone:
 * a write whose answer was lost may have been done. Redirects are not followed: they would carry the token elsewhere.
 */
export class ManagementApi {
  readonly ref: string
  readonly #access: ManagementAccess
  readonly #options: Required<ClientOptions>

  constructor(access: ManagementAccess, ref: string, options: ClientOptions) {
    this.ref = ref
    this.#access = access
    this.#options = { timeoutMs: 20_000, pauseMs: 1_000, ...options }
  }

  async get<T>(matter: Matter, path: string, answer: z.ZodType<T>): Promise<Answer<T>> {
    return this.#insist({ matter, method: 'GET', path, answer }, () => true)
  }

  /** A query that only reads. Again where a pause was asked for, and no more: one that was begun may still be running there. */
  async query<T>(text: string, answer: z.ZodType<T>): Promise<Answer<T>> {
    const call: Call<T> = {
      matter: 'query',
      method: 'POST',
      path: 'database/query/read-only',
      body: { query: text },
      answer,
    }
    return this.#insist(call, (result) => result.kind === 'refused' && result.status === 429)
  }

  async #insist<T>(call: Call<T>, isWorthIt: (result: Answer<T>) => boolean): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt += 1) {
      const { result, mayPass, pauseMs } = await this.#attempt(call)
      if (!mayPass || attempt === attempts || !isWorthIt(result)) return result
      const wait = pauseMs ?? this.#options.pauseMs * 2 ** (attempt - 1)
      if (wait > longestPauseMs) return result
      await this.#pause(wait)
    }
  }

  /** Sent once, whatever comes of it. */
  async post<T>(
    matter: Matter,
    path: string,
    body: Readonly<Record<string, unknown>>,
    answer: z.ZodType<T>,
  ): Promise<Answer<T>> {
    return (await this.#attempt({ matter, method: 'POST', path, body, answer })).result
  }

  async #attempt<T>(
    call: Call<T>,
  ): Promise<{ readonly result: Answer<T>; readonly mayPass: boolean; readonly pauseMs?: number | null }> {
    const { signal, timeoutMs } = this.#options
    let response: Response
    let text: string
    try {
      response = await fetch(new URL(`/v1/projects/${this.ref}/${call.path}`, this.#access.address), {
        method: call.method,
        headers: {
          authorization: `Bearer ${this.#access.token.reveal()}`,
          accept: 'application/json',
          'user-agent': 'rehearse',
          ...(call.body && { 'content-type': 'application/json' }),
        },
        ...(call.body && { body: JSON.stringify(call.body) }),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      text = await readBody(response)
    } catch (error) {
      if (signal.aborted) throw interrupted()
      return { result: noAnswer(error, timeoutMs), mayPass: !(error instanceof RangeError) }
    }
    const { ok, status } = response
    // A server may repeat what it was sent.
    const json = parseJson(text.replaceAll(this.#access.token.reveal(), '***'))
    if (!ok) {
      const pauseMs = pauseOf(response.headers.get('retry-after'))
      const result = explainRefusal(call.matter, status, json, pauseMs)
      return { result, mayPass: status === 429 || status >= 500, pauseMs }
    }
    const parsed = call.answer.safeParse(json)
    if (parsed.success) return { result: { kind: 'answered', value: parsed.data }, mayPass: false }
    return { result: unreadable(call.matter, json, parsed.error.issues[0]), mayPass: false }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options
    try {
      await sleep(ms, undefined, { signal })
    } catch (error) {
      if (signal.aborted) throw interrupted()
      throw error
    }
  }
}

/** What was asked for and is needed. Throws `E_PLATFORM_REFUSED`, `E_PLATFORM_FAILED`. */
export function requireAnswer<T>(answer: Answer<T>, what: string): T {
  if (answer.kind === 'answered') return answer.value
  const { kind, why, hint } = answer
  throw new Fault(kind === 'refused' ? 'E_PLATFORM_REFUSED' : 'E_PLATFORM_FAILED', `${what}: ${why}`, { hint })
}

export function interrupted(): Fault {
  return new Fault('E_INTERRUPTED', 'interrupted while asking the platform', { hint: 'run it again' })
}

function noAnswer(error: unknown, timeoutMs: number): Failed {
  if (!(error instanceof Error)) throw error
  const hint = 'check the network, a proxy, and status.supabase.com'
  if (error instanceof RangeError) return { kind: 'failed', why: `the platform’s answer ${error.message}`, hint }
  if (error.name === 'TimeoutError') {
    return { kind: 'failed', silent: true, why: `the platform did not answer within ${timeoutMs / 1000} s`, hint }
  }
  // The error of a connection may hold the address; its code says enough.
  const cause: unknown = error.cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection'
  return { kind: 'failed', silent: true, why: `the platform can’t be reached (${scrubLine(code, 60)})`, hint }
}

function unreadable(matter: Matter, json: unknown, issue: z.core.$ZodIssue | undefined): Failed {
  const place = issue === undefined || issue.path.length === 0 ? 'its root' : issue.path.join('.')
  const what = json === undefined ? 'no JSON' : `not as expected at ${scrubLine(place, 80)}`
  return {
    kind: 'failed',
    why: `the platform’s answer about the ${matter} is ${what}`,
    hint: 'a proxy may have answered in its place; else a newer rehearse may know the answer',
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A page of a proxy, or half an answer: said by whoever needs it.
    return undefined
  }
}

/** Seconds, or a date. */
function pauseOf(header: string | null): number | null {
  if (header === null) return null
  if (/^\d{1,7}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
