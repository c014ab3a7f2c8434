import { CopyText, type InsertEntry } from '../../dump/index.ts'
import type { InsertWay } from './choose-way.ts'

/** INSERTs that go in together, kept as they are in case that is refused. */
export class InsertBatch {
  readonly entries: InsertEntry[] = []
  /** Their rows, where they go by COPY. */
  readonly copy = new CopyText()
  rows = 0
  /** Of the statements' texts. */
  bytes = 0
  #way: InsertWay | null = null

  get isEmpty(): boolean {
    return this.entries.length === 0
  }

  /** How it goes in: one way for all. Null as long as it is empty. */
  get way(): InsertWay | null {
    return this.#way
  }

  add(entry: InsertEntry, way: InsertWay): void {
    this.#way = way
    this.entries.push(entry)
    this.rows += entry.rows
    this.bytes += entry.text.length
  }

  clear(): void {
    this.entries.length = 0
    this.copy.length = 0
    this.rows = 0
    this.bytes = 0
    this.#way = null
  }
}
