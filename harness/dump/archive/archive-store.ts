import type { ArchiveHead } from './read-head.ts'
import type { TocEntry } from './toc-entry.ts'

export interface LargeObject {
  readonly oid: number
  readonly data: AsyncIterable<Buffer>
}

/** An archive opened for one reading. Everything throws `ArchiveDamage` for what is wrong with it. */
export interface ArchiveStore extends AsyncDisposable {
  readonly head: ArchiveHead
  readonly entries: readonly TocEntry[]
  /** An entry's data, decompressed. To be read to its end. */
  data(entry: TocEntry): AsyncIterable<Buffer>
  /** The large objects of a `BLOBS` entry, in order; each to be read before the next. */
  largeObjects(entry: TocEntry): AsyncIterable<LargeObject>
  /** After all data was read: is there anything in the archive that belongs to no entry? */
  checkRest(): Promise<void>
}
