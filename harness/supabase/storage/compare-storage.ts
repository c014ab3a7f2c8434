import { md5Of } from './etag.ts'
import type { FileRecord, ObjectFacts } from './types.ts'

/** A row of `storage.objects`. */
export type StorageRow = ObjectFacts

/** The files of a backup, asked by name. A {@link ManifestIndex} is one. */
export interface FileLookup {
  find(bucket: string, name: string): FileRecord | null
  /** Those that nobody has asked for. */
  unasked(): Iterable<FileRecord>
}

export type StorageDifferenceKind =
  | 'missing file'
  | 'extra file'
  | 'wrong size'
  | 'wrong hash'
  | 'older than its row'
  | 'newer than its row'
  | 'media type lost'
  | 'cache control lost'

export interface StorageDifference {
  readonly kind: StorageDifferenceKind
  readonly bucket: string
  readonly name: string
  readonly row: string | null
  readonly file: string | null
}

/** What a restored database says of Storage, and what the files of the same backup are: each difference by name. */
export function* compareStorage(rows: Iterable<StorageRow>, files: FileLookup): Generator<StorageDifference> {
  for (const row of rows) yield* compareRow(row, files)
  yield* extraFiles(files)
}

/** One row against its file. Neither's bytes are read: what the manifest says of them is proven by `verify`. */
export function* compareRow(row: StorageRow, files: FileLookup): Generator<StorageDifference> {
  const { bucket, name } = row
  const file = files.find(bucket, name)
  const say = (
    kind: StorageDifferenceKind,
    ofRow: string | number | null,
    ofFile: string | number | null,
  ): StorageDifference => {
    return { kind, bucket, name, row: textOf(ofRow), file: textOf(ofFile) }
  }
  if (!file) {
    yield say('missing file', row.bytes === null ? null : `${row.bytes} bytes`, null)
    return
  }
  const sameMoment = momentOf(row) === momentOf(file)
  const size = row.bytes !== null && row.bytes !== file.bytes
  const hash = md5Of(row.etag) !== null && md5Of(row.etag) !== file.md5
  // An MD5 has had its say: the same bytes, put there anew in one part.
  const etag = md5Of(row.etag) === null && row.etag !== null && file.etag !== null && row.etag !== file.etag
  if (size || hash || etag) {
    // Written again between the dump and the download, in either order: another version, not a damaged one.
    const order = sameMoment ? 0 : (momentOf(file) ?? 0) - (momentOf(row) ?? 0)
    if (momentOf(row) !== null && momentOf(file) !== null && order !== 0) {
      yield say(order > 0 ? 'newer than its row' : 'older than its row', row.updatedAt, file.updatedAt)
      return
    }
    if (size) yield say('wrong size', row.bytes, file.bytes)
    else yield say('wrong hash', row.etag, hash ? file.md5 : file.etag)
  }
  if (row.mimetype !== null && row.mimetype !== file.mimetype) yield say('media type lost', row.mimetype, file.mimetype)
  if (row.cacheControl !== null && row.cacheControl !== file.cacheControl)
    yield say('cache control lost', row.cacheControl, file.cacheControl)
}

export function* extraFiles(files: FileLookup): Generator<StorageDifference> {
  for (const { bucket, name, bytes } of files.unasked()) {
    yield { kind: 'extra file', bucket, name, row: null, file: `${bytes} bytes` }
  }
}

/** In milliseconds: the API and Postgres do not write the same digits. */
function momentOf({ updatedAt }: ObjectFacts): number | null {
  if (updatedAt === null) return null
  const at = Date.parse(updatedAt)
  return Number.isNaN(at) ? null : at
}

function textOf(value: string | number | null): string | null {
  return value === null ? null : String(value)
}
