import { Fault } from '../core/index.ts'
import type { z } from 'zod'
import { factsSchema, objectSchema } from './facts-schema.ts'
import type { Facts } from './types.ts'

/** Reads a facts file. Throws `E_BASELINE_INVALID`, saying where it is wrong. */
export function parseFacts(text: string): Facts {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('E_BASELINE_INVALID', 'the facts are not JSON', { hint, cause })
  }
  const issue = findIssue(value)
  if (issue === undefined) return value as Facts
  throw new Fault(
    'E_BASELINE_INVALID',
    `the facts are not readable at ${issue.path.join('.') || 'its root'}: ${issue.message}`,
    { hint },
  )
}

/** What is wrong first. Objects are looked at one by one: checking them all at once holds a second copy of them. */
function findIssue(value: unknown): z.core.$ZodIssue | undefined {
  const objects = typeof value === 'object' && value !== null && 'objects' in value ? value.objects : undefined
  if (!Array.isArray(objects)) return factsSchema.safeParse(value).error?.issues[0]
  const rest = factsSchema.safeParse({ ...(value as object), objects: [] }).error?.issues[0]
  if (rest) return rest
  for (const [index, object] of objects.entries()) {
    const issue = objectSchema.safeParse(object).error?.issues[0]
    if (issue) return { ...issue, path: ['objects', index, ...issue.path] }
  }
  return undefined
}

const hint = 'take them again with "rehearse facts"; a baseline can also be left out'

/** Facts as a file: the same facts give the same bytes, one object a line. */
export function serialiseFacts(facts: Facts): string {
  const lines = [
    ...(['kind', 'version', 'takenAt', 'source', 'server', 'schemas'] as const).map(
      (name) => `${JSON.stringify(name)}: ${JSON.stringify(canonical(facts[name]))}`,
    ),
    ...(facts.observed ? [`"observed": ${JSON.stringify(canonical(facts.observed))}`] : []),
    ...(['objects', 'tables', 'sequences'] as const).map((name) => `${JSON.stringify(name)}: ${list(facts[name])}`),
    ...(facts.access ? [`"access": {"viewers": ${list(facts.access.viewers)}}`] : []),
  ]
  return `{\n${lines.join(',\n')}\n}\n`
}

function list(items: readonly unknown[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => JSON.stringify(canonical(item))).join(',\n')}\n]`
}

/** With keys in order, at every level. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  )
}
