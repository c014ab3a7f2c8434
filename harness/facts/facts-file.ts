import { open, readFile, stat } from 'node:fs/promises'
import { Fault } from '../core/index.ts'
import type { z } from 'zod'
import { readFactsLines } from './facts-file-lines.ts'
import { FactsPool } from './facts-file-pool.ts'
import { isObjectOfFile } from './facts-file-record.ts'
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

/**
 * Reads a facts file, object by object where it is written as `factsText` writes it: one of a hundred thousand
 * objects is never in memory as text. Throws as {@link parseFacts} does, and what the file system says.
 */
export async function readFacts(path: string, pool: FactsPool = new FactsPool()): Promise<Facts> {
  return (await readByLine(path, pool)) ?? parseFacts(await readFile(path, 'utf8'))
}

/** Null for what {@link parseFacts} has to look at: another layout, or something wrong. */
async function readByLine(path: string, pool: FactsPool): Promise<Facts | null> {
  // A pipe can't be read again.
  if (!(await stat(path)).isFile()) return null
  await using file = await open(path, 'r')
  const lines = await readFactsLines(file, pool)
  if (lines === null) return null
  let rest: unknown
  try {
    rest = JSON.parse(lines.rest)
  } catch {
    return null
  }
  return factsSchema.safeParse(rest).success ? { ...(rest as Facts), objects: lines.objects } : null
}

/** What is wrong first. Objects are looked at one by one: checking them all at once holds a second copy of them. */
function findIssue(value: unknown): z.core.$ZodIssue | undefined {
  const objects = typeof value === 'object' && value !== null && 'objects' in value ? value.objects : undefined
  if (!Array.isArray(objects)) return factsSchema.safeParse(value).error?.issues[0]
  const rest = factsSchema.safeParse({ ...(value as object), objects: [] }).error?.issues[0]
  if (rest) return rest
  for (const [index, object] of objects.entries() as Iterable<[number, unknown]>) {
    if (isObjectOfFile(object)) continue
    const issue = objectSchema.safeParse(object).error?.issues[0]
    if (issue) return { ...issue, path: ['objects', index, ...issue.path] }
  }
  return undefined
}

const hint = 'take them again with "rehearse facts"; a baseline can also be left out'
