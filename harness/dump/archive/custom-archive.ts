import { cutOff, damaged } from './archive-damage.ts'
import { ArchiveFile, type ReadMeter } from './archive-file.ts'
import type { ArchiveStore, LargeObject } from './archive-store.ts'
import { FieldReader } from './field-reader.ts'
import { gatherPieces } from './gather-pieces.ts'
import { readHead, type ArchiveHead } from './read-head.ts'
import { readToc } from './read-toc.ts'
import { checkTocAgain } from './toc-again.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'
import { unpack } from './unpack.ts'

/** Kinds of data blocks (pg_backup_archiver.h). */
const blockType = { data: 1, largeObjects: 3 } as const

interface Block {
  readonly type: number
  readonly dumpId: number
  readonly start: number
}

/** Bytes of the file, the last one excluded. */
interface Extent {
  readonly start: number
  readonly end: number
}

/** Where the blocks of an archive without offsets begin, by entry, as far as they were passed. Shared by its readers. */
export type BlockPlaces = Map<number, number>

/** `pg_dump -Fc`: a table of contents, then one block of data for each entry that has some (pg_backup_custom.c). */
export class CustomArchive implements ArchiveStore {
  readonly head: ArchiveHead
  readonly entries: readonly TocEntry[]
  readonly #file: ArchiveFile
  readonly #toc: Extent
  readonly #passed: BlockPlaces
  /** How far blocks were looked for. */
  #frontier: number
  readonly #read: Extent[] = []

  private constructor(
    file: ArchiveFile,
    head: ArchiveHead,
    entries: readonly TocEntry[],
    toc: Extent,
    passed: BlockPlaces,
  ) {
    this.#file = file
    this.head = head
    this.entries = entries
    this.#toc = toc
    this.#passed = passed
    this.#frontier = toc.end
  }

  static async open(path: string, meter: ReadMeter, passed: BlockPlaces = new Map()): Promise<CustomArchive> {
    await using opening = new AsyncDisposableStack()
    const file = opening.use(await ArchiveFile.open(path, meter))
    const fields = new FieldReader(file, 0)
    const head = await readHead(fields)
    if (head.layout !== 'custom') throw damaged('it is the table of contents of a folder; give the folder')
    const start = fields.position
    const entries = await readToc(fields, head)
    const archive = new CustomArchive(file, head, entries, { start, end: fields.position }, passed)
    opening.move()
    return archive
  }

  async *data(entry: TocEntry): AsyncGenerator<Buffer> {
    const fields = await this.#find(entry, blockType.data)
    yield* this.#chunks(fields, nameOf(entry))
    this.#done(entry, fields)
  }

  async *largeObjects(entry: TocEntry): AsyncGenerator<LargeObject> {
    const fields = await this.#find(entry, blockType.largeObjects)
    for (let oid = await fields.oid(); oid !== 0; oid = await fields.oid()) {
      yield { oid, data: this.#chunks(fields, `large object ${oid}`) }
    }
    this.#done(entry, fields)
  }

  /** The blocks must lie side by side, from the table of contents to the end of the file, or to its repetition. */
  async checkRest(): Promise<void> {
    let at = this.#toc.end
    for (const { start, end } of this.#read.sort((left, right) => left.start - right.start)) {
      if (start !== at)
        throw damaged(
          `bytes ${Math.min(start, at)} to ${Math.max(start, at)} belong to ${start < at ? 'two entries' : 'no entry'}`,
        )
      at = end
    }
    const left = this.#file.size - at
    if (left === 0) return
    if (left !== this.#toc.end - this.#toc.start) throw damaged(`${left} bytes follow the last data`)
    await checkTocAgain(new FieldReader(this.#file, at), this.head, this.entries, this.#starts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]()
  }

  readonly #starts = new Map<number, number>()

  #done(entry: TocEntry, fields: FieldReader): void {
    this.#read.push({ start: this.#starts.get(entry.dumpId) ?? 0, end: fields.position })
    if (this.#frontier < fields.position && entry.place.kind === 'unset') this.#frontier = fields.position
  }

  /** A reader that stands behind the head of an entry's block. */
  async #find(entry: TocEntry, type: number): Promise<FieldReader> {
    const name = nameOf(entry)
    const start = entry.place.kind === 'at' ? entry.place.offset : await this.#search(entry)
    if (start < this.#toc.end) throw damaged(`the data of ${name} would lie within the table of contents`)
    if (start >= this.#file.size)
      throw cutOff(`the data of ${name} is missing: it begins at byte ${start} of ${this.#file.size}`)
    const fields = new FieldReader(this.#file, start)
    fields.subject = `the data of ${name}`
    const found = await readBlockHead(fields)
    if (found.dumpId !== entry.dumpId || found.type !== type) {
      throw damaged(`where the data of ${name} should be, other data begins (byte ${start})`)
    }
    this.#starts.set(entry.dumpId, start)
    return fields
  }

  /** Looks for the block of an entry whose place is not told, as pg_restore does. */
  async #search(entry: TocEntry): Promise<number> {
    const passed = this.#passed.get(entry.dumpId)
    if (passed !== undefined) return passed
    const fields = new FieldReader(this.#file, this.#frontier)
    while (fields.left > 0) {
      fields.subject = `the data before that of ${nameOf(entry)}`
      const block = await readBlockHead(fields)
      if (block.dumpId === entry.dumpId) {
        this.#passed.set(block.dumpId, block.start)
        return block.start
      }
      if (!this.entries.some(({ dumpId }) => dumpId === block.dumpId)) {
        throw damaged(`the block at byte ${block.start} belongs to no entry`)
      }
      this.#passed.set(block.dumpId, block.start)
      await passBlock(fields, block.type)
      this.#frontier = fields.position
    }
    throw cutOff(`the data of ${nameOf(entry)} is missing`)
  }

  #chunks(fields: FieldReader, name: string): AsyncIterable<Buffer> {
    return unpack(gatherPieces(fields), this.head.compression, 'block', name)
  }
}

async function readBlockHead(fields: FieldReader): Promise<Block> {
  const start = fields.position
  const type = await fields.byte()
  if (type !== blockType.data && type !== blockType.largeObjects)
    throw damaged(`no data begins at byte ${start}, where it should`)
  return { start, type, dumpId: await fields.int() }
}

async function passBlock(fields: FieldReader, type: number): Promise<void> {
  if (type === blockType.data) await passChunks(fields)
  else while ((await fields.oid()) !== 0) await passChunks(fields)
}

async function passChunks(fields: FieldReader): Promise<void> {
  for (let length = await fields.int(); length !== 0; length = await fields.int()) {
    if (length < 0) throw damaged(`a piece of ${length} bytes is in ${fields.subject}`)
    fields.pass(length)
  }
}
