import { z } from 'zod'

/** What a file of a backup set is. One list for manifests and for names. */
export const fileKinds = [
  'full',
  'schema',
  'data',
  'roles',
  'changes',
  'public-schema',
  'table',
  'policies',
  'functions',
  'baseline',
  'log',
  'storage',
  'other',
] as const

const text = z.string().min(1).max(2_000)
const instant = z.iso.datetime({
  offset: true,
  error: 'must be an ISO-8601 time with a zone, such as 2025-10-22T08:15:00Z',
})
const count = z.int().nonnegative()

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest of 64 lower-case hex digits')

/** A file's place within its set: a plain relative path with forward slashes. Nothing else is ever opened. */
const fileName = z
  .string()
  .min(1)
  .max(1_024)
  .refine(isPlainRelativePath, 'must be a plain relative path inside the set')

const manifestFile = z.strictObject({
  name: fileName,
  kind: z.enum(fileKinds),
  bytes: count,
  sha256: digest,
  /** Rows in it, where whoever took the dump counted them. */
  rows: count.optional(),
  /** Of an encrypted file: what it decrypts to. `bytes` and `sha256` are those of the file as it lies there. */
  plain: z.strictObject({ bytes: count, sha256: digest }).optional(),
})

/** `manifest.json`, version 1. Strict: a field we do not know may be a promise we cannot keep. */
export const manifestSchema = z.strictObject({
  kind: z.literal('rehearsal-backup-set'),
  version: z.literal(1),
  id: text,
  name: text,
  description: text.optional(),
  purpose: text.optional(),
  /** `pre-migration`, `post-migration`, `monthly`, `archive`, or a word of your own. */
  label: text.optional(),
  createdAt: instant,
  finishedAt: instant.optional(),
  createdBy: text.optional(),
  verifiedBy: text.optional(),
  retention: text.optional(),
  source: z
    .strictObject({
      database: text.optional(),
      serverVersion: text.optional(),
      /** pg_database_size when the dump began: decimal digits, for it may pass 2^53. */
      databaseBytes: z
        .string()
        .regex(/^\d{1,20}$/, 'must be a number of bytes in decimal digits, as a string')
        .optional(),
      /** Tables with rows of their own in the snapshot. */
      tables: count.optional(),
      project: text.optional(),
      /** Says which server it was, and nothing of it: as facts have it. */
      systemIdentifierHash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    })
    .optional(),
  /** Milliseconds that each step of taking it took, up to its sealing. */
  tookMs: z.record(text, count).optional(),
  tool: z.strictObject({ name: text, version: text }).optional(),
  /** What a reader of the set should know, one line each. */
  notes: z.array(text).max(100).optional(),
  files: z.array(manifestFile).min(1).max(100_000),
  /** How many files of Supabase Storage the set has: each is in the storage manifest, which is among `files`. */
  storage: z.strictObject({ objects: count, bytes: count }).optional(),
  /** Every file of the set is encrypted to these public keys. */
  encryption: z.strictObject({ format: z.literal('age'), recipients: z.array(text).min(1).max(100) }).optional(),
  /** Of signed sets: one more than the set before, so that an older one is known as such. */
  sequence: z.int().positive().optional(),
  /** SHA-256 of the manifest of the set before. */
  previous: digest.optional(),
  signature: z
    .strictObject({
      algorithm: z.literal('ed25519'),
      publicKey: z.string().regex(/^ed25519:[A-Za-z0-9+/]{43}=$/, 'must be ed25519: and 32 bytes in base64'),
      value: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'must be 64 bytes in base64'),
    })
    .optional(),
})

/** True for `a.sql` and `dump/toc.dat`; false for anything absolute, climbing, doubled, hidden behind control characters. */
export function isPlainRelativePath(name: string): boolean {
  if (/[\u0000-\u001f\u007f\\]/.test(name) || /^[a-z]:/i.test(name)) return false
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
