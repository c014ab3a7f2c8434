import { z } from 'zod'

const text = z.string().max(4_000)
const instant = z.iso.datetime()

const signOff = z.strictObject({
  role: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  at: instant,
})

const rehearsed = z.strictObject({
  id: text,
  finishedAt: instant,
  answer: z.enum(['GO', 'NO-GO', 'UNDECIDED']),
  reason: text,
  engine: text.nullable(),
  location: text,
  tables: z.int().nonnegative(),
  rows: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullable(),
})

const entry = z.strictObject({
  digest: z.string().regex(/^(?:manifest|files):[0-9a-f]{64}$/),
  id: text,
  name: text,
  createdAt: instant.nullable(),
  label: text.nullable(),
  description: text.nullable(),
  purpose: text.nullable(),
  createdBy: text.nullable(),
  verifiedBy: text.nullable(),
  /** What the platform keeps by itself, as the manifest says it. */
  retention: text.nullable(),
  /** Where it lies; null: it is gone from there. */
  location: text.nullable(),
  goneSince: instant.nullable(),
  bytes: z.number().nonnegative(),
  files: z.int().nonnegative(),
  /** Why it is not whole, as far as names and sizes say. */
  problem: text.nullable(),
  databaseBytes: z.number().nonnegative().nullable(),
  /** As the manifest says them: counted in the dump when it was taken. */
  tables: z.int().nonnegative().nullable().default(null),
  rows: z.int().nonnegative().nullable().default(null),
  rehearsals: z.array(rehearsed),
  /** People's own: never changed by an update. */
  notes: z.string().max(20_000),
  signOffs: z.array(signOff),
})

/** The source of the log, beside it: every field as data. */
export const backupLogSchema = z.strictObject({
  kind: z.literal('backup-log'),
  version: z.literal(1),
  project: text,
  /** SHA-256 of the Markdown that was written of it, without its notes: tells an edit by hand. */
  written: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  entries: z.array(entry),
})

export type BackupLog = z.infer<typeof backupLogSchema>
export type LogEntry = z.infer<typeof entry>
export type SignOff = z.infer<typeof signOff>
