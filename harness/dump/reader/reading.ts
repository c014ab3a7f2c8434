import { zeroByte } from '../complaints.ts'
import { EndMarkers } from '../end-markers.ts'
import { byte } from '../lexer/byte-classes.ts'
import { SqlLexer } from '../lexer/sql-lexer.ts'
import type { DumpLimits } from '../limits.ts'
import type { PlainSource, PlainStream } from '../plain-source.ts'
import { problemAt, type ProblemText } from '../problem.ts'
import type { StatementTexts } from '../statement-texts.ts'
import type { DumpEntry, DumpPosition, DumpProblem, TocLabel } from '../types.ts'
import { ByteWindow } from './byte-window.ts'

/** How much of a statement its verb and object are read from. */
export const classifiedBytes = 16_384
/** The line of a psql command, or what may follow a COPY statement on its own. */
export const longestLine = 65_536

/** What reading on has come to: an entry, or what must happen before there can be one. */
export type Step = DumpEntry | 'more' | 'learn' | 'over' | null

/** How far a dump has been read: what the readers of its kinds of entries share. */
export class Reading {
  readonly markers = new EndMarkers()
  readonly source: PlainSource
  readonly limits: DumpLimits
  readonly texts: StatementTexts
  readonly window: ByteWindow
  readonly lexer: SqlLexer
  encoding: string | null = null
  label: TocLabel | null = null
  /** What is being read, for problems. */
  object: string | null = null
  entries = 0
  /** From where on bytes are needed when there are more. */
  needFrom = 0
  readonly #stream: PlainStream

  constructor(source: PlainSource, limits: DumpLimits, texts: StatementTexts) {
    this.source = source
    this.limits = limits
    this.texts = texts
    this.#stream = source.open()
    this.window = new ByteWindow(this.#stream.chunks, source.stretch?.start)
    this.lexer = new SqlLexer(limits.insertBytes)
  }

  /** What ended the text, if not its end. */
  get failure(): ProblemText | null {
    return this.window.hasZero ? zeroByte : this.#stream.failure
  }

  more(needFrom: number): 'more' {
    this.needFrom = needFrom
    return 'more'
  }

  /** Where the line ends; `null` where it does not. */
  lineEnd(from: number): number | 'more' | null {
    const { window } = this
    const found = window.view.indexOf(byte.newline, from - window.base)
    if (found >= 0) return window.base + found
    return window.ended || window.end - from > longestLine ? null : 'more'
  }

  /** Where the text read so far ends. */
  here(): DumpPosition {
    return this.window.at(this.window.end)
  }

  problem(at: DumpPosition, text: ProblemText): DumpProblem {
    return problemAt(at, text, this.object)
  }
}
