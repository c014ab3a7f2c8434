import type { DumpPosition } from '../dump/index.ts'
import type { Refusal } from '../postgres/index.ts'
import type { Lacking } from './engine-rules.ts'
import type { LedgerBook } from './ledger-book.ts'
import { readMeaning } from './refusal-rules.ts'
import type { RefusalMeaning } from './types.ts'

/** How much of a refused statement its meaning is read from. */
const readBytes = 65_536

/** What a refusal is about. */
export interface Tried extends DumpPosition {
  readonly verb: string
  readonly object: string | null
  readonly text: Uint8Array
}

/** Reads what refusals mean, and writes them down: one for all sessions of a restore. */
export class RefusalScribe {
  readonly #book: LedgerBook
  readonly #superuser: string
  readonly #isSuperuser: boolean
  readonly #makesSuperusers: boolean
  readonly #provided: ReadonlySet<string>
  readonly #lacking: Lacking
  /** Databases that were there before the dump, still untouched by it. */
  readonly databases: Set<string>

  constructor(
    book: LedgerBook,
    about: {
      readonly superuser: string
      /** The role of that name is one. True when absent. */
      readonly isSuperuser?: boolean
      /** Other roles may be made one. True when absent. */
      readonly makesSuperusers?: boolean
      readonly provided: ReadonlySet<string>
      /** None when absent. */
      readonly lacking?: Lacking | undefined
      readonly database: string
    },
  ) {
    this.#book = book
    this.#superuser = about.superuser
    this.#isSuperuser = about.isSuperuser ?? true
    this.#makesSuperusers = about.makesSuperusers ?? true
    this.#provided = about.provided
    this.#lacking = about.lacking ?? new Map()
    this.databases = new Set(['postgres', 'template1', about.database])
  }

  refused({ verb, object, text, offset, line }: Tried, file: string, refusal: Refusal): RefusalMeaning {
    const { missing } = this.#book
    const { meaning, explanation } = readMeaning({
      verb,
      object,
      text: Buffer.from(text.subarray(0, readBytes)).toString(),
      refusal,
      superuser: this.#superuser,
      isSuperuser: this.#isSuperuser,
      makesSuperusers: this.#makesSuperusers,
      missing,
      lacking: this.#lacking,
      provided: this.#provided,
      databases: this.databases,
    })
    if (meaning === 'rights') missing.withhold(verb === 'SET' ? object : null)
    if ((meaning === 'engine' || meaning === 'rights') && object !== null) {
      if (verb === 'CREATE EXTENSION' && meaning === 'engine') missing.extension(object)
      else if (verb === 'CREATE EXTENSION') missing.withholdExtension(object)
      else if (verb.startsWith('CREATE ')) missing.victim(object)
    }
    this.#book.refused({ file, offset, line, verb, object, refusal, meaning, explanation })
    return meaning
  }
}
