import { z } from 'zod'
import { Fault } from '../core/index.ts'
import { accessSchema } from './access-facts.ts'
import type { Facts, ObjectFact } from './types.ts'

const integer = z.string().regex(/^-?\d+$/)

/** Every kind of object that facts can hold. */
export const objectKinds = [
  'schema',
  'extension',
  'table',
  'column',
  'constraint',
  'index',
  'sequence',
  'view',
  'materialized view',
  'function',
  'aggregate',
  'trigger',
  'event trigger',
  'rule',
  'policy',
  'type',
  'domain',
  'enum',
  'role',
  'publication',
  'foreign server',
  'foreign table',
  'default privileges',
  'collation',
  'statistics',
  'database',
  'access method',
  'cast',
  'conversion',
  'foreign data wrapper',
  'language',
  'large object',
  'operator',
  'operator class',
  'operator family',
  'security label',
  'subscription',
  'text search configuration',
  'text search dictionary',
  'text search parser',
  'text search template',
  'transform',
  'user mapping',
  'changed privileges',
  'parameter',
  'tablespace',
] as const satisfies readonly ObjectFact['kind'][]

const schema = z.strictObject({
  kind: z.literal('rehearsal-facts'),
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  source: z.enum(['dump-snapshot', 'live', 'restored']),
  server: z.strictObject({
    version: z.string(),
    major: z.int().positive(),
    database: z.string(),
    encoding: z.string(),
    collation: z.string(),
    ctype: z.string(),
    systemIdentifierHash: z.string().nullable(),
    databaseBytes: integer,
  }),
  schemas: z.array(z.string()),
  objects: z.array(
    z.strictObject({
      kind: z.enum(objectKinds),
      identity: z.string(),
      properties: z.record(z.string(), z.string().nullable()),
      deparsed: z.array(z.string()),
    }),
  ),
  tables: z.array(
    z.strictObject({
      schema: z.string(),
      name: z.string(),
      persistence: z.enum(['permanent', 'unlogged', 'materialized view']),
      populated: z.boolean(),
      rows: integer,
      fingerprint: integer.nullable(),
      columns: z.array(z.string()),
      unreadable: z.string().exactOptional(),
    }),
  ),
  sequences: z.array(
    z.strictObject({
      schema: z.string(),
      name: z.string(),
      lastValue: integer,
      isCalled: z.boolean(),
      after: z.strictObject({ lastValue: integer, isCalled: z.boolean() }).exactOptional(),
      ownedBy: z.string().nullable(),
      columnMax: integer.nullable(),
      increment: integer,
      unreadable: z.string().exactOptional(),
    }),
  ),
  access: accessSchema.exactOptional(),
})

/** Reads a facts file. Throws `E_BASELINE_INVALID`, saying where it is wrong. */
export function parseFacts(text: string): Facts {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('E_BASELINE_INVALID', 'the baseline is not JSON', { hint, cause })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Fault(
    'E_BASELINE_INVALID',
    `the baseline is not readable at ${issue?.path.join('.') || 'its root'}: ${issue?.message ?? 'unknown'}`,
    { hint },
  )
}

const hint = 'take a new backup with "rehearse backup", or leave the baseline out'

/** Facts as a file: the same facts give the same bytes, one object a line. */
export function serialiseFacts(facts: Facts): string {
  const lines = [
    ...(['kind', 'version', 'takenAt', 'source', 'server', 'schemas'] as const).map(
      (name) => `${JSON.stringify(name)}: ${JSON.stringify(canonical(facts[name]))}`,
    ),
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
