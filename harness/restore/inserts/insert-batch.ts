import { CopyText, type InsertEntry } from '../../dump/index.ts'
import type { InsertWay } from './choose-way.ts'

/** An INSERT without its text, which ends at `end` of all texts. */
type Kept = readonly [table: InsertEntry['table'], rows: number, offset: number, line: number, end: number]

/**
 * INSERTs that go in together, kept in case that is refused. Their texts lie in one buffer that is used again: thousands
 * of buffers that live as long as a batch would double the memory of the process.
 */
export class InsertBatch {
  /** Their rows, where they go by COPY. */
  readonly copy = new CopyText()
  readonly #kept: Kept[] = []
  readonly #texts = new CopyText()
  /** How it goes in: one way for all. Null as long as it is empty. */
  way: InsertWay | null = null
  rows = 0

  get statements(): number {
    return this.#kept.length
  }

  /** Every statement, one after the other. Good until the batch is cleared. */
  get text(): Buffer {
    return this.#texts.gathered
  }

  get bytes(): number {
    return this.#texts.length
  }

  add({ table, rows, offset, line, text }: InsertEntry, way: InsertWay): void {
    const texts = this.#texts
    texts.reserve(text.length)
    text.copy(texts.bytes, texts.length)
    texts.length += text.length
    this.way = way
    this.rows += rows
    this.#kept.push([table, rows, offset, line, texts.length])
  }

  /** The INSERTs again, each its owner's for good. */
  *entries(): Generator<InsertEntry> {
    let from = 0
    for (const [table, rows, offset, line, end] of this.#kept) {
      yield { kind: 'insert', offset, line, text: Buffer.from(this.text.subarray(from, end)), table, rows }
      from = end
    }
  }

  get table(): InsertEntry['table'] | null {
    return this.#kept[0]?.[0] ?? null
  }

  clear(): void {
    this.#kept.length = 0
    this.#texts.length = 0
    this.copy.length = 0
    this.rows = 0
    this.way = null
  }
}
