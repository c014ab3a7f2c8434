import { writeFileWhole } from '../core/index.ts'
import type { Facts } from './types.ts'

/** Characters that are written at once. */
const chunkLength = 64 * 1024

/** Facts as a file: the same facts give the same bytes, one object a line. Whole lines, as many as fit into a chunk. */
export function* factsText(facts: Facts): Generator<string> {
  let chunk = ''
  for (const piece of pieces(facts)) {
    chunk += piece
    if (chunk.length < chunkLength) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** {@link factsText} at once: of a large schema, tens of megabytes. */
export function serialiseFacts(facts: Facts): string {
  return [...factsText(facts)].join('')
}

/** Writes a facts file whole or not at all ({@link writeFileWhole}), without ever holding its text. */
export async function writeFacts(path: string, facts: Facts): Promise<void> {
  await writeFileWhole(path, factsText(facts))
}

function* pieces(facts: Facts): Generator<string> {
  yield '{\n'
  for (const name of ['kind', 'version', 'takenAt', 'source', 'server', 'schemas'] as const) {
    yield `${JSON.stringify(name)}: ${JSON.stringify(canonical(facts[name]))},\n`
  }
  if (facts.observed) yield `"observed": ${JSON.stringify(canonical(facts.observed))},\n`
  if (facts.extensionTables) yield `"extensionTables": ${JSON.stringify(canonical(facts.extensionTables))},\n`
  for (const name of ['objects', 'tables', 'sequences'] as const) {
    yield `${name === 'objects' ? '' : ',\n'}${JSON.stringify(name)}: `
    yield* list(facts[name])
  }
  if (facts.access) {
    yield ',\n"access": {"viewers": '
    yield* list(facts.access.viewers)
    yield '}'
  }
  yield '\n}\n'
}

function* list(items: readonly unknown[]): Generator<string> {
  if (items.length === 0) yield '[]'
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '[\n' : ',\n'}${JSON.stringify(canonical(item))}`
  }
  if (items.length > 0) yield '\n]'
}

/** With keys in order, at every level. What is so already stays what it is. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.every(isScalar) ? value : value.map(canonical)
  const keys = Object.keys(value)
  const record = value as Readonly<Record<string, unknown>>
  if (keys.every((key, index) => isScalar(record[key]) && (index === 0 || (keys[index - 1] ?? '') < key))) return value
  return Object.fromEntries(keys.sort((a, b) => (a < b ? -1 : 1)).map((key) => [key, canonical(record[key])]))
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}
