import { Fault, scrub } from '../core/index.ts'
import { recordSchema } from './record-schema.ts'
import type { RehearsalRecord } from './types.ts'

/** `verdict.json`: the record itself, as docs/verdict.schema.json describes it. */
export function renderJson(record: RehearsalRecord): string {
  return `${JSON.stringify(clean(record), null, 2)}\n`
}

/** A record from the text of a `verdict.json`. Throws `E_USAGE` on anything else. */
export function readRecord(text: string): RehearsalRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('E_USAGE', 'this is no verdict.json: it is not JSON', { hint: 'name a verdict.json', cause })
  }
  const parsed = recordSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`
  throw new Fault('E_USAGE', `this is no verdict.json of version 1${where}`, {
    hint: 'name a verdict.json written by this version of rehearse',
  })
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value).toWellFormed()
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]))
}
