import { z } from 'zod'
import { migration } from './migration-schema.ts'
import { count, finding, status, verdict } from './verdict-schema.ts'

/*
 * RehearsalRecord as a schema: what `verdict.json` is held to, and what docs/verdict.schema.json is generated from.
 * A test ties it to the type, so that neither moves alone.
 */

const bytes = z.number().nonnegative().meta({ description: 'bytes' })
const milliseconds = z.number().meta({ description: 'milliseconds' })
const moment = z.iso.datetime().meta({ description: 'ISO-8601, UTC' })
/** 64-bit: a JSON number could lose digits. */
const rows = z.string().meta({ description: 'a count of rows, as decimal text' })
const step = z.strictObject({
  step: z.enum([
    'find backup',
    'check files',
    'read dump',
    'start engine',
    'restore',
    'observe',
    'compare',
    'inoculate',
    'specs',
    'migration',
    'report',
  ]),
  startMs: milliseconds,
  durationMs: milliseconds,
  summary: z.string(),
  outcome: z.enum(['done', 'failed', 'not-run']),
})

const backup = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  purpose: z.string().nullable(),
  label: z.string().nullable(),
  createdAt: z.string().nullable(),
  ageMs: milliseconds.nullable(),
  location: z.string(),
  totalBytes: bytes,
  retention: z.string().nullable(),
  createdBy: z.string().nullable(),
  verifiedBy: z.string().nullable(),
  files: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      bytes,
      sha256: z.string().nullable(),
      restored: z.boolean(),
      state: z.enum(['intact', 'changed', 'missing', 'unsealed', 'empty']),
      tables: count.nullable(),
      rows: count.nullable(),
    }),
  ),
  writer: z.string(),
  sourceVersion: z.string().nullable(),
  toolVersion: z.string().nullable(),
})

const engine = z.strictObject({
  kind: z.string(),
  version: z.string(),
  origin: z.string(),
  startMs: milliseconds,
  isolation: z.strictObject({
    network: z.string(),
    files: z.enum(['own root', 'host']).optional(),
    ownUser: z.boolean(),
    diesWithParent: z.boolean(),
    notes: z.array(z.string()),
  }),
  because: z.string(),
  provided: z.array(z.string()),
})

const restore = z.strictObject({
  restorer: z.string().meta({
    description: 'what ran the dump: `ours` (our own loader), the stock clients with their version, or both',
  }),
  statements: count,
  refused: z.array(
    z.strictObject({
      file: z.string(),
      line: count,
      verb: z.string(),
      object: z.string().nullable(),
      code: z.string().meta({ description: 'SQLSTATE' }),
      message: z.string(),
      harmless: z.boolean(),
      explanation: z.string(),
    }),
  ),
  skipped: count,
  rows: count,
  bytes,
  ms: milliseconds,
})

const table = z.strictObject({
  table: z.string(),
  expected: rows.nullable(),
  dumped: rows.nullable(),
  restored: rows.nullable(),
  bytes: bytes.nullable(),
  counts: status,
  content: status,
})

const inoculation = z
  .strictObject({
    seed: z.int().meta({ description: 'draws the same breaks again: --inoculate-seed' }),
    wanted: count,
    against: z.enum(['baseline', 'the copy before']),
    breaks: z.array(
      z.strictObject({
        name: z.string(),
        object: z.string(),
        check: z.string(),
        seen: z.boolean(),
        message: z.string().nullable(),
        ms: milliseconds,
      }),
    ),
  })
  .meta({ description: 'how the copy was broken on purpose, and whether each was seen; null where it was not' })

export const recordSchema = z
  .strictObject({
    kind: z.literal('rehearsal'),
    version: z.literal(1),
    id: z.string(),
    tool: z.strictObject({
      name: z.literal('rehearse'),
      version: z.string(),
      node: z.string(),
      platform: z.string(),
    }),
    project: z.string(),
    startedAt: moment,
    finishedAt: moment,
    durationMs: milliseconds,
    verdict,
    findings: z.array(finding).meta({ description: 'gravest first, before waivers' }),
    steps: z.array(step),
    backup: backup.nullable(),
    engine: engine.nullable(),
    restore: restore.nullable(),
    tables: z.array(table),
    schemaDiffs: z.array(z.strictObject({ object: z.string(), diff: z.string() })),
    baseline: z.strictObject({
      source: z.enum(['dump-snapshot', 'live', 'none']),
      takenAt: z.string().nullable(),
      serverVersion: z.string().nullable(),
      databaseBytes: bytes.nullable(),
    }),
    specs: z.array(
      z.strictObject({
        file: z.string(),
        title: z.string(),
        state: z.enum(['passed', 'failed', 'skipped', 'not-run']),
        durationMs: milliseconds,
        message: z.string().nullable(),
      }),
    ),
    // Records from before copies were broken on purpose have none.
    inoculation: inoculation.nullable().default(null),
    // Records from before migrations were rehearsed have none.
    migration: migration.nullable().default(null),
    notCovered: z
      .array(z.strictObject({ what: z.string(), why: z.string() }))
      .meta({ description: 'what a reader may think was checked and was not' }),
    configOrigins: z.record(z.string(), z.string()).meta({
      description: 'where each configured value came from: `default`, `file`, `env:NAME`, `flag --x`',
    }),
  })
  .meta({
    $id: 'urn:pg-rehearsal:verdict:1',
    title: 'verdict.json',
    description: 'Everything one rehearsal of a restore found, and its answer. Holds no row values.',
  })
