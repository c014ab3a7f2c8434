import { Fault } from '../../core/index.ts'
import { DumpReader } from '../reader/dump-reader.ts'
import type { DumpLimits } from '../limits.ts'
import type { DumpText, OutlinedInserts, OutlinedTransaction, TextRange } from '../outline.ts'
import type { PlainSource } from '../plain-source.ts'
import type { InsertEntry, StatementEntry } from '../types.ts'
import type { FileStamp } from './file-stamp.ts'
import { changed, type RandomText } from './random-text.ts'

/** What holds for all statements of a dump. */
export interface Reading {
  readonly limits: DumpLimits
  /** Its writer ends all its INSERTs the same way. */
  readonly isUniform: boolean
}

/** A dump's text at random, with its statements cut as the first reading cut them. */
export class OpenedText implements DumpText {
  readonly #text: RandomText
  readonly #stamp: Pick<FileStamp, 'requireUnchanged'>
  readonly #reading: Reading
  readonly #abort: AbortController

  /** `abort`: what `text` listens to, so that whatever still reads ends with this. */
  constructor(text: RandomText, stamp: Pick<FileStamp, 'requireUnchanged'>, reading: Reading, abort: AbortController) {
    this.#text = text
    this.#stamp = stamp
    this.#reading = reading
    this.#abort = abort
  }

  bytes(range: TextRange): AsyncIterable<Buffer> {
    return this.#text.bytes(range)
  }

  async *entries(part: OutlinedInserts | OutlinedTransaction): AsyncGenerator<StatementEntry | InsertEntry> {
    const source: PlainSource = {
      stretch: {
        start: { offset: part.offset, line: part.line },
        standardStrings: part.standardStrings,
        label: part.kind === 'transaction' ? part.label : null,
        isUniform: this.#reading.isUniform,
      },
      open: () => ({ chunks: this.#text.bytes(part.range), failure: null }),
    }
    for await (const entry of new DumpReader(source, this.#reading.limits).entries()) {
      if (entry.kind === 'statement' || entry.kind === 'insert') yield entry
      else if (entry.kind === 'end' || (entry.kind === 'problem' && !entry.fatal)) continue
      else throw changed(`the dump is not what it was at byte ${entry.offset}`, unexpected(entry))
    }
  }

  async requireUnchanged(): Promise<void> {
    await this.#stamp.requireUnchanged()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort(new Fault('E_INTERRUPTED', 'the dump was closed'))
    await this.#text[Symbol.asyncDispose]()
  }
}

function unexpected(entry: { readonly kind: string; readonly message?: string }): Error {
  return new Error(entry.message ?? `a ${entry.kind} entry`)
}
