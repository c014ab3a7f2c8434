import { objectKinds } from './facts-schema.ts'
import type { ObjectFact } from './types.ts'

const kinds: ReadonlySet<unknown> = new Set(objectKinds)

/*
 * Written by hand: of a large schema there are hundreds of thousands, and a schema's check of each takes longer than
 * reading it. What is wrong with one that does not pass is the schema's to say.
 */

/** Exactly the keys of an {@link ObjectFact}, each with what belongs there. */
export function isObjectOfFile(value: unknown): value is ObjectFact {
  return hasHead(value, 4) && isPropertiesOfFile(value['properties'])
}

/** The same of one without its properties. */
export function isHeadOfObject(value: unknown): value is Omit<ObjectFact, 'properties'> {
  return hasHead(value, 3)
}

export function isPropertiesOfFile(value: unknown): value is ObjectFact['properties'] {
  if (!isRecord(value)) return false
  return Object.values(value).every((text) => text === null || typeof text === 'string')
}

function hasHead(value: unknown, keys: number): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value) || Object.keys(value).length !== keys) return false
  const { kind, identity, deparsed } = value
  return kinds.has(kind) && typeof identity === 'string' && isStrings(deparsed)
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
