import type { Compression } from '../types.ts'
import { cutOff, damaged, hostile } from './archive-damage.ts'
import type { ArchiveStore, LargeObject } from './archive-store.ts'
import type { FieldReader } from './field-reader.ts'
import { readHead, type ArchiveHead } from './read-head.ts'
import { readToc } from './read-toc.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'
import { unpack } from './unpack.ts'

/** One file of an archive of several. */
export interface ArchivePart {
  readonly chunks: AsyncIterable<Buffer>
  readonly compression: Compression
}

/** Where the files of an archive are: a folder, or a tar file. */
export interface ArchiveParts extends AsyncDisposable {
  readonly kind: 'directory' | 'tar'
  /** `toc.dat`. */
  toc(): Promise<FieldReader>
  /** Null where there is none of that name. */
  part(name: string): Promise<ArchivePart | null>
  /** A part that nobody asked for. */
  unusedPart(): Promise<string | null>
}

/** `pg_dump -Fd` and `-Ft`: `toc.dat`, and a file for every entry with data (pg_backup_directory.c, pg_backup_tar.c). */
export class FoldedArchive implements ArchiveStore {
  readonly head: ArchiveHead
  readonly entries: readonly TocEntry[]
  readonly #parts: ArchiveParts

  private constructor(parts: ArchiveParts, head: ArchiveHead, entries: readonly TocEntry[]) {
    this.#parts = parts
    this.head = head
    this.entries = entries
  }

  static async open(parts: ArchiveParts): Promise<FoldedArchive> {
    await using opening = new AsyncDisposableStack()
    opening.use(parts)
    const fields = await parts.toc()
    const head = await readHead(fields)
    if (head.layout !== 'folded') throw damaged('its toc.dat is an archive of its own')
    const entries = await readToc(fields, head)
    if (fields.left > 0) throw damaged(`${fields.left} bytes follow its table of contents`)
    for (const entry of entries) checkName(entry, parts.kind)
    const archive = new FoldedArchive(parts, head, entries)
    opening.move()
    return archive
  }

  data(entry: TocEntry): AsyncIterable<Buffer> {
    return this.#read(entry.fileName ?? '', nameOf(entry))
  }

  async *largeObjects(entry: TocEntry): AsyncGenerator<LargeObject> {
    for await (const line of linesOf(this.#read(this.#listOf(entry), nameOf(entry)), nameOf(entry))) {
      const [, oid, name = '', again] = /^(\d{1,10}) (blob_(\d{1,10})\.dat)$/.exec(line) ?? []
      if (oid === undefined || oid !== again) throw hostile('names a file of its own making among its large objects')
      yield { oid: Number(oid), data: this.#read(name, `large object ${oid}`) }
    }
  }

  async checkRest(): Promise<void> {
    const name = await this.#parts.unusedPart()
    if (name !== null) throw damaged(`its file ${name} belongs to no entry`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]()
  }

  /** The list of an entry's large objects. Tar archives have it, too, and name it nowhere. */
  #listOf({ dumpId, fileName }: TocEntry): string {
    if (this.#parts.kind === 'directory') return fileName ?? ''
    return this.head.minor >= 16 ? `blobs_${dumpId}.toc` : 'blobs.toc'
  }

  async *#read(file: string, name: string): AsyncGenerator<Buffer> {
    const part = await this.#parts.part(file)
    if (part === null) throw cutOff(`its file ${file} with the data of ${name} is missing`)
    yield* unpack(part.chunks, part.compression, 'file', name)
  }
}

/** No other name is ever opened. */
function checkName({ fileName, dumpId, type }: TocEntry, kind: ArchiveParts['kind']): void {
  if (fileName === null || fileName === `${dumpId}.dat`) return
  const isList = type === 'BLOBS' && (fileName === 'blobs.toc' || fileName === `blobs_${dumpId}.toc`)
  if (!isList || kind === 'tar') throw hostile('names a file of its own making in its table of contents')
}

async function* linesOf(data: AsyncIterable<Buffer>, name: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of data) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') throw cutOff(`the list of ${name} ends in the middle of a line`)
}
