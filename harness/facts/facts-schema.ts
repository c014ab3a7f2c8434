import { z } from 'zod'
import { accessSchema } from './access-facts.ts'
import type { ObjectFact } from './types.ts'

/** 64-bit: a JSON number could lose digits. */
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
  'collation version',
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

export const objectSchema = z.strictObject({
  kind: z.enum(objectKinds),
  identity: z.string().meta({ description: 'unique within its kind: `public.users.email`, `public.f(integer)`' }),
  properties: z.record(z.string(), z.string().nullable()),
  deparsed: z.array(z.string()).meta({ description: 'properties whose text the server prints from a parse tree' }),
})

/*
 * Facts as a schema: what a facts file is held to, and what docs/facts.schema.json is generated from.
 */
export const factsSchema = z
  .strictObject({
    kind: z.literal('rehearsal-facts'),
    version: z.literal(1),
    takenAt: z.iso.datetime().meta({ description: 'ISO-8601, UTC: when the snapshot was taken' }),
    source: z.enum(['dump-snapshot', 'live', 'restored']),
    server: z.strictObject({
      version: z.string(),
      major: z.int().positive(),
      database: z.string(),
      encoding: z.string(),
      collation: z.string(),
      ctype: z.string(),
      systemIdentifierHash: z.string().nullable().meta({ description: 'tells two servers apart without naming them' }),
      databaseBytes: integer.meta({ description: 'bytes on disk' }),
    }),
    schemas: z.array(z.string()).meta({ description: 'schemas that were observed, sorted' }),
    objects: z.array(objectSchema),
    tables: z.array(
      z.strictObject({
        schema: z.string(),
        name: z.string(),
        persistence: z.enum(['permanent', 'unlogged', 'materialized view']),
        populated: z.boolean().meta({ description: 'false for a materialised view that was never refreshed' }),
        rows: integer,
        fingerprint: integer
          .nullable()
          .meta({ description: 'of every row and column, in whatever order; null where it was not taken' }),
        columns: z.array(z.string()),
        condition: z.string().exactOptional().meta({
          description: 'of an extension’s table: the rows counted are those that match, as a dump holds them',
        }),
        unreadable: z
          .string()
          .exactOptional()
          .meta({ description: 'why it could not be read; its numbers then say nothing' }),
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
        unreadable: z
          .string()
          .exactOptional()
          .meta({ description: 'why it could not be read; its numbers then say nothing' }),
      }),
    ),
    observed: z
      .record(z.string(), z.array(z.string()))
      .exactOptional()
      .meta({ description: 'kinds and properties that were looked for, whether there were any or not' }),
    extensionTables: z
      .array(z.strictObject({ schema: z.string(), name: z.string(), extension: z.string(), rows: integer }))
      .exactOptional()
      .meta({ description: 'tables with rows that belong to an extension and are in no dump' }),
    access: accessSchema.exactOptional(),
  })
  .meta({
    $id: 'urn:pg-rehearsal:facts:1',
    title: 'facts.json',
    description:
      'What a Postgres database holds: every object, its rows counted and fingerprinted. Holds no row values.',
  })
