import type { FileKind } from './types.ts'

const compression = /\.(?:gz|zst|zstd|lz4)$/i
const dumpEnding = /\.(?:sql|dump|backup|tar|pgdump|pg_dump|dmp|bak|pgc|custom)$/i
/* Never a backup, however new: checksums, signatures, metadata, logs, and downloads that are not done. */
const sidecarEnding =
  /(?:~|\.(?:sha\d*|sha\d+sum|md5|md5sum|crc|crc32|b3|sig|asc|sign|minisig|jsonl?|log|txt|md|csv|html?|xml|ya?ml|err|out|lock|pid|sh|ts|js))$/i
const checksumList = /^(?:sha\d+|md5|b3)sums?(?:\.txt)?$/i
const unfinishedEnding =
  /\.(?:part|partial|tmp|temp|crdownload|download|filepart|incomplete|inprogress|swp|aria2|!ut)$/i
const encryptedEnding = /\.(?:gpg|pgp|age|enc|aes|kms|xz|bz2|7z|zip|rar|br)$/i

/** A name without the endings of compression and dump formats, in lower case: what carries its meaning. */
function stemOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1)
  return base.replace(compression, '').replace(dumpEnding, '').toLowerCase()
}

/** Being written still, by its name: what lies beside it is not a whole set yet. */
export function isUnfinishedName(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1)
  return unfinishedEnding.test(base) || /\.part(?:ial)?\.\d+$/i.test(base)
}

/** The name that a file will have, or had: without what says that it is unfinished, encrypted or packed. */
export function innerName(name: string): string {
  return name.replace(unfinishedEnding, '').replace(encryptedEnding, '')
}

/** A dump that nothing here can read yet: encrypted, or packed in a way pg_dump never writes. */
export function isSealedAwayName(name: string): boolean {
  const inner = name.replace(encryptedEnding, '')
  return inner !== name && isDumpName(inner)
}

/** Looks like a dump by its name: the ending says so, and nothing says that it is something beside one. */
export function isDumpName(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1)
  if (base.startsWith('.') || isUnfinishedName(base) || checksumList.test(base)) return false
  const plain = base.replace(compression, '')
  return !sidecarEnding.test(plain) && dumpEnding.test(plain)
}

const word = (words: string): RegExp => new RegExp(`(?:^|[^a-z0-9])(?:${words})(?:[^a-z0-9]|$)`)
/* In order: the first that fits. A table may be called "roles" or "data", so table names are looked for first. */
const kindsByWord: readonly (readonly [RegExp, FileKind])[] = [
  [/^table_.+_(?:backup|dump)/, 'table'],
  [word('auth_reference|auth_schema'), 'other'],
  [word('public_schema|schema_public'), 'public-schema'],
  [word('roles|globals'), 'roles'],
  [/^(?:.*[^a-z])?changes$/, 'changes'],
  [word('policies|rls'), 'policies'],
  [word('functions|triggers'), 'functions'],
  [word('full|complete|all|db_cluster|cluster'), 'full'],
  [word('schema|schemas|schema_only|ddl'), 'schema'],
  [word('data|data_only'), 'data'],
]

/**
 * What a file is, going by the names that the backup guide, its script, the Supabase CLI and the dashboard use.
 * A guess: `run` asks the dump itself.
 */
export function kindOfName(name: string): FileKind {
  const base = name.slice(name.lastIndexOf('/') + 1).toLowerCase()
  if (isDumpName(base)) {
    const stem = stemOf(base)
    return kindsByWord.find(([pattern]) => pattern.test(stem))?.[1] ?? 'full'
  }
  if (/^(?:baseline|facts)\.json$|\.(?:baseline|facts)\.json$/.test(base)) return 'baseline'
  if (/^storage|[^a-z]storage[^a-z]/.test(base)) return 'storage'
  if (/^backup_info\.txt$|\.(?:log|md)$|[^a-z]log[^a-z]/.test(base)) return 'log'
  return 'other'
}

/** `backup_objects_20251022_101500.sql`: one table of the guide's, if the guide's other dumps lie beside it. */
export function tableOfGuideName(name: string): string | null {
  return /^backup_([a-z_][a-z0-9_]*?)(?:_\d{8}(?:_\d{6})?)?$/.exec(stemOf(name))?.[1] ?? null
}

/** The guide's own names for whole dumps: `production_full_backup_20251022_101500.sql`. */
export function isGuideName(name: string): boolean {
  return /^production_(?:full|schema|data|policies|functions)_backup|^production_(?:public_schema|auth_reference)/.test(
    stemOf(name),
  )
}
