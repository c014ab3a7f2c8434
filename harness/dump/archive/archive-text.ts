import type { DumpLimits } from '../limits.ts'
import { bomb, ceilingOf, damageOf, type PlainStream } from '../plain-source.ts'
import type { ProblemText } from '../problem.ts'
import { ArchiveDamage } from './archive-damage.ts'
import type { ArchiveStore } from './archive-store.ts'
import type { DataPlaces } from './data-places.ts'
import { EntryWriter } from './entry-text.ts'
import { contentsOf } from './large-objects.ts'
import { closing, preamble } from './preamble.ts'
import { restoreOrder } from './restore-order.ts'
import { guardRows, guardStatements } from './row-guard.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'

/** Shorter pieces of text are handed on together. */
const pieceChars = 65_536

/**
 * An archive as the plain dump that `pg_restore -f -` would make of it, so that one reader knows all formats. Ends before
 * the first damage, which is then its `failure`.
 */
export class ArchiveText implements PlainStream {
  failure: ProblemText | null = null
  readonly chunks: AsyncIterable<Buffer>

  /** `places`: told where in the text each entry's data is. */
  constructor(open: () => Promise<ArchiveStore>, fileBytes: number, limits: DumpLimits, places: DataPlaces) {
    this.chunks = this.#guarded(open, fileBytes, limits, places)
  }

  async *#guarded(
    open: () => Promise<ArchiveStore>,
    fileBytes: number,
    limits: DumpLimits,
    places: DataPlaces,
  ): AsyncGenerator<Buffer> {
    const ceiling = ceilingOf(limits, fileBytes)
    let bytes = 0
    try {
      await using store = await open()
      const data = { begins: (dumpId: number) => places.begin(dumpId, bytes), ends: () => places.end(bytes) }
      for await (const chunk of textOf(store, data)) {
        bytes += chunk.length
        if (bytes > ceiling) {
          this.failure = bomb(fileBytes, bytes)
          return
        }
        yield chunk
      }
    } catch (error) {
      this.failure = error instanceof ArchiveDamage ? error.text : damageOf(error)
      if (this.failure === null) throw error
    }
  }
}

interface DataWatch {
  begins(dumpId: number): void
  ends(): void
}

async function* textOf(store: ArchiveStore, watch: DataWatch): AsyncGenerator<Buffer> {
  const writer = new EntryWriter(store.head, store.entries)
  let text = preamble(store.head, store.entries)
  for (const { entry, definition, data } of restoreOrder(store.entries)) {
    try {
      if (definition) text += writer.definition(entry)
      if (data) text += writer.beforeData(entry)
    } catch (error) {
      // What was written before the damage is part of the dump.
      yield Buffer.from(text, 'latin1')
      throw error
    }
    if (!data && text.length < pieceChars) continue
    yield Buffer.from(text, 'latin1')
    text = ''
    if (!data) continue
    watch.begins(entry.dumpId)
    yield* dataOf(store, entry)
    watch.ends()
  }
  yield Buffer.from(text, 'latin1')
  await store.checkRest()
  yield Buffer.from(closing)
}

/** The text of an entry's data: rows with their closing line, INSERTs, or large objects in a transaction. */
export async function* dataOf(store: ArchiveStore, entry: TocEntry): AsyncGenerator<Buffer> {
  if (entry.type === 'BLOBS') {
    yield Buffer.from('BEGIN;\n\n')
    for await (const { oid, data } of store.largeObjects(entry)) yield* contentsOf(oid, data)
    yield Buffer.from('COMMIT;\n\n')
  } else {
    const guard = entry.copyStatement === '' ? guardStatements : guardRows
    yield* guard(store.data(entry), nameOf(entry))
  }
  yield Buffer.from('\n')
}
