import { z } from 'zod'

const instant = z.iso.datetime()
const text = z.string().max(2_000)

export const answers = ['GO', 'NO-GO', 'UNDECIDED'] as const

/** Which set, by what {@link identifySet} says of it. */
export const setDigest = z.string().regex(/^(?:manifest|files):[0-9a-f]{64}$/)

const rehearsalEntry = z.strictObject({
  kind: z.literal('rehearsal'),
  version: z.literal(1),
  id: z.string().min(1).max(100),
  project: text,
  startedAt: instant,
  finishedAt: instant,
  answer: z.enum(answers),
  /** The first reason of the verdict; empty where there is none. */
  reason: text,
  set: z.strictObject({ digest: setDigest, id: text, name: text, createdAt: instant.nullable(), location: text }),
  tables: z.int().nonnegative(),
  /** Rows counted in the restored copy, in decimal digits; null where none was restored. */
  rows: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullable(),
  /** Production's size as the baseline says it. */
  databaseBytes: z.number().nonnegative().nullable(),
  engine: text.nullable(),
  tool: text,
})

const pruneEntry = z.strictObject({
  kind: z.literal('prune'),
  version: z.literal(1),
  finishedAt: instant,
  folder: text,
  deleted: z.array(z.strictObject({ name: text, digest: setDigest, createdAt: instant, bytes: z.number() })),
})

/** One line of the history, strict: what is not exactly this is passed over. */
export const historyEntry = z.discriminatedUnion('kind', [rehearsalEntry, pruneEntry])

export type HistoryEntry = z.infer<typeof historyEntry>
/** What one rehearsal said of one set. */
export type RehearsalEntry = z.infer<typeof rehearsalEntry>
export type PruneEntry = z.infer<typeof pruneEntry>
