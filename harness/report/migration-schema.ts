import { z } from 'zod'
import { count } from './verdict-schema.ts'

/* A rehearsed migration, as a part of the record's schema. */

const rows = z.string().meta({ description: 'a count of rows, as decimal text' })
const bytes = z.number().nonnegative().meta({ description: 'bytes' })
const milliseconds = z.number().nonnegative().meta({ description: 'milliseconds' })

const run = z.strictObject({
  exitCode: z.int().nullable(),
  killedBy: z.string().nullable().meta({ description: 'the signal that ended it' }),
  timedOut: z.boolean(),
  durationMs: milliseconds,
  connections: count.meta({ description: 'sessions that it opened on the clone' }),
  leftBehind: z.array(z.string()).meta({ description: 'programs that still ran when it was over, and were ended' }),
  lastLines: z.array(z.string()).meta({
    description: 'the end of its output, where it did not go through; whatever it prints, without credentials',
  }),
  outputBytes: bytes,
})

const changes = z.strictObject({
  schemaDiffs: z.array(z.strictObject({ object: z.string(), diff: z.string() })),
  tables: z
    .array(
      z.strictObject({
        table: z.string(),
        was: z.string().nullable().meta({ description: 'its name before, where it has another now' }),
        rowsBefore: rows.nullable(),
        rowsAfter: rows.nullable(),
        content: z.enum(['same', 'differs', 'not-compared']),
      }),
    )
    .meta({ description: 'tables whose rows are not what they were' }),
  rewrites: z.array(
    z.strictObject({
      relation: z.string(),
      kind: z.enum(['table', 'index', 'materialized view']),
      how: z.enum(['rewritten', 'emptied']),
      bytesBefore: bytes,
      bytesAfter: bytes,
    }),
  ),
  losses: z
    .array(
      z.strictObject({
        kind: z.enum(['table', 'column', 'rows', 'policy', 'row security', 'privileges', 'constraint', 'trigger']),
        object: z.string(),
        text: z.string(),
      }),
    )
    .meta({ description: 'what was there and is gone; it may be meant, and never changes the answer' }),
})

export const migration = z
  .strictObject({
    answer: z.enum(['GO', 'NO-GO', 'UNDECIDED']),
    reason: z.string(),
    remedy: z.string().nullable(),
    command: z.string(),
    run: run.nullable().meta({ description: 'null: the command never ran' }),
    log: z.string().nullable().meta({ description: "file of its output, in the evidence's folder" }),
    locks: z
      .array(
        z.strictObject({
          relation: z.string(),
          mode: z.string(),
          blocks: z.enum(['reads and writes', 'writes', 'schema changes', 'nothing']),
          heldMs: milliseconds,
          waiters: count,
          waitedMs: milliseconds,
        }),
      )
      .meta({
        description:
          'the strongest lock on each relation, and weaker ones held longer, as seen every few milliseconds; heldMs 0: too short to be seen, known by what it was taken for',
      }),
    changes: changes.nullable(),
  })
  .meta({ description: "a migration rehearsed on a clone: its own answer, beside the backup's" })
