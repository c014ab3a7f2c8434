import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, scrub, scrubLine, Secret } from '../../core/index.ts'

/** What the team is told. No rows, no connections, no paths of evidence: it leaves the machine. */
export interface Notice {
  readonly event: 'backup' | 'rehearsal' | 'prune' | 'test'
  readonly outcome: 'GO' | 'NO-GO' | 'UNDECIDED' | 'done' | 'failed'
  readonly project: string
  /** One sentence for people. */
  readonly text: string
  readonly set: { readonly id: string; readonly name: string; readonly createdAt: string | null } | null
  /** ISO-8601 UTC. */
  readonly finishedAt: string
  readonly durationMs: number | null
}

export interface SendOptions {
  /** For one attempt, until the whole answer's head is there. Default 10 s: a person may be waiting. */
  readonly timeoutMs?: number
  /** Between the first attempt and the second. Default 2 s. */
  readonly pauseMs?: number
}

/** Characters of an answer that are looked at. */
const mostAnswer = 16_384

const local = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The address behind `env:NAME`. Throws `E_ENV_MISSING`, and `E_USAGE` for what is not an https address (http: this
 * machine only): a notice must not travel in the clear. The address is a secret and never repeated.
 */
export function resolveWebhook(name: string, env: Readonly<Record<string, string | undefined>>): Secret {
  const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(name)?.[1]
  const value = variable === undefined ? undefined : env[variable]?.trim()
  if (!value) {
    throw new Fault('E_ENV_MISSING', `notify.webhook names ${name}, and that is not set`, {
      hint: `set ${variable ?? 'it'} to the address of the webhook, or take notify.webhook out of the config`,
      facts: { variable: variable ?? name },
    })
  }
  const url = URL.parse(value)
  const isFit = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && local.has(url.hostname)))
  if (!isFit || url.username !== '' || url.password !== '') {
    throw new Fault('E_USAGE', `what ${name} holds is no address that a notice may be sent to`, {
      hint: 'write https://…, or http://localhost…; a user and a password may not stand in it',
    })
  }
  return new Secret(value, name)
}

/**
 * Posts a notice as JSON; `text` is what chat webhooks show. Tried twice where the second attempt may help: no answer, a
 * timeout, 429, 5xx. Redirects are not followed: they would carry the notice elsewhere. Throws `E_NOTIFY_FAILED`.
 */
export async function sendNotice(webhook: Secret, notice: Notice, options: SendOptions = {}): Promise<void> {
  const { timeoutMs = 10_000, pauseMs = 2_000 } = options
  const body = JSON.stringify(scrubbed(notice))
  const first = await attempt(webhook, body, timeoutMs)
  if (first === null) return
  if (!first.mayPass) throw failed(webhook, first.why)
  await sleep(pauseMs)
  const second = await attempt(webhook, body, timeoutMs)
  if (second !== null) throw failed(webhook, `${second.why}, at the second attempt too`)
}

interface Miss {
  readonly why: string
  readonly mayPass: boolean
}

async function attempt(webhook: Secret, body: string, timeoutMs: number): Promise<Miss | null> {
  try {
    const response = await fetch(webhook.reveal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'rehearse' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.ok) return refusalIn(await headOf(response))
    await response.body?.cancel()
    const mayPass = response.status >= 500 || response.status === 429
    return { why: `it answered ${response.status}`, mayPass }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'TimeoutError') return { why: `it did not answer within ${timeoutMs} ms`, mayPass: true }
    const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : 'no connection'
    return { why: scrubLine(code, 60), mayPass: true }
  }
}

/** Some chat services answer 200 to whatever comes, and say in the body that they have dropped it. */
function refusalIn(text: string): Miss | null {
  if (!/^\s*\{/.test(text)) return null
  try {
    const { ok, error } = JSON.parse(text) as { readonly ok?: unknown; readonly error?: unknown }
    if (ok !== false) return null
    // A word of theirs such as channel_not_found; anything else may repeat what was sent.
    const word = typeof error === 'string' && /^[a-z][a-z_]{1,40}$/.test(error) ? ` (${error})` : ''
    return { why: `it answered that it did not take the notice${word}`, mayPass: false }
  } catch {
    // No JSON after all, or more of it than was read: who answers so at length has not refused in a word.
    return null
  }
}

/** As much of an answer as comes: its head said already that the notice was taken. */
async function headOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > mostAnswer) break
    }
  } catch {
    // Broken off, or too slow: sending it again would tell the team twice.
  }
  return text.slice(0, mostAnswer)
}

/** The error of a connection may hold the address: it is not kept as a cause. */
function failed(webhook: Secret, why: string): Fault {
  return new Fault('E_NOTIFY_FAILED', `the team was not told: the webhook ${webhook.source} failed, ${why}`, {
    hint: 'try it with `rehearse notify --test`; until then tell them yourself',
  })
}

function scrubbed({ text, project, set, ...rest }: Notice) {
  return {
    kind: 'rehearse-notice',
    version: 1,
    ...rest,
    project: scrubLine(project),
    text: scrub(text).slice(0, 2_000),
    set: set === null ? null : { id: scrubLine(set.id), name: scrubLine(set.name), createdAt: set.createdAt },
  }
}
