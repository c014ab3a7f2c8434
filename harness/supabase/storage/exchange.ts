import { AsyncLocalStorage } from 'node:async_hooks'

/** One request and its answer, of which the client hands on less than we need: status, headers, the body as it came. */
export interface Exchange {
  status: number | null
  /** The API's own code, which says more than the HTTP status: that is 400 for nearly everything. */
  code: string | null
  retryAfterMs: number | null
  headers: Headers | null
  /** The body as it came, where `keepBody` asks for it: the client renames the keys of what users attached. */
  body: unknown
  readonly keepBody: boolean
  readonly signal: AbortSignal
}

const current = new AsyncLocalStorage<Exchange>()

export function newExchange(signal: AbortSignal, keepBody = false): Exchange {
  return { status: null, code: null, retryAfterMs: null, headers: null, body: null, keepBody, signal }
}

/** Runs one call of the client, whose request is written down in `exchange`. */
export async function during<T>(exchange: Exchange, call: () => Promise<T>): Promise<T> {
  return await current.run(exchange, call)
}

/** The `fetch` that the client is given. */
export async function observedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const exchange = current.getStore()
  if (!exchange) return await fetch(input, init)
  const response = await fetch(input, { ...init, signal: exchange.signal, redirect: 'error' })
  exchange.status = response.status
  exchange.headers = response.headers
  exchange.retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
  if (response.ok && !exchange.keepBody) return response
  // Read whole and handed on as text: a clone would hold two copies until both are read.
  const text = await response.text()
  if (response.ok) exchange.body = bodyIn(text)
  else exchange.code = codeIn(text)
  const { status, statusText, headers } = response
  return new Response(text, { status, statusText, headers })
}

/** Seconds, or a date. */
export function readRetryAfter(text: string | null, now = Date.now()): number | null {
  if (text === null) return null
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function bodyIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError('the answer is no JSON: something on the way answers in place of the API', { cause })
  }
}

function codeIn(text: string): string | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (thrown) {
    // A gateway before the API answers in HTML or plain text.
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
  if (typeof body !== 'object' || body === null) return null
  const { code, statusCode } = body as { code?: unknown; statusCode?: unknown }
  if (typeof statusCode === 'string' || typeof statusCode === 'number') return String(statusCode)
  return typeof code === 'string' ? code : null
}
