import { classifyText } from '../classify.ts'
import { carriageReturns, cutShort, tooLong } from '../complaints.ts'
import type { EndMarkers } from '../end-markers.ts'
import { emptyDump, headBytes, judgeHead } from '../head.ts'
import { inside, stop } from '../lexer/states.ts'
import type { DumpLimits } from '../limits.ts'
import type { PlainSource, Stretch } from '../plain-source.ts'
import { problemAt } from '../problem.ts'
import { ownTexts, type StatementTexts } from '../statement-texts.ts'
import type { DumpEntry, DumpProblem, EndEntry } from '../types.ts'
import { CopyStatements } from './copy-statements.ts'
import { InsertStatements } from './insert-statements.ts'
import { followComment } from './follow-comment.ts'
import { passMetaCommand } from './pass-meta-command.ts'
import { plainStatement } from './plain-statement.ts'
import { classifiedBytes, Reading, type Step } from './reading.ts'

/** Reads one dump from its beginning to its end, once. */
export class DumpReader {
  /** Told where an INSERT ends of which all rows were given before. */
  onQuietEnd: ((end: number) => void) | null = null
  readonly #reading: Reading
  readonly #copies: CopyStatements
  readonly #inserts: InsertStatements
  #toldCarriageReturn = false

  constructor(source: PlainSource, limits: DumpLimits, texts: StatementTexts = ownTexts) {
    this.#reading = new Reading(source, limits, texts)
    this.#copies = new CopyStatements(this.#reading)
    this.#inserts = new InsertStatements(this.#reading)
    if (source.stretch !== undefined) this.#standIn(source.stretch)
  }

  get markers(): EndMarkers {
    return this.#reading.markers
  }

  get encoding(): string | null {
    return this.#reading.encoding
  }

  /** Bytes of text read so far. */
  get plainBytes(): number {
    return this.#reading.window.end
  }

  /** The end of the statement that was given last. Null within an INSERT that comes in pieces. */
  get statementEnd(): number | null {
    const { lexer } = this.#reading
    return lexer.start < 0 ? lexer.position : null
  }

  get standardStrings(): boolean {
    return this.#reading.lexer.standardStrings
  }

  /** Where the rows of the COPY that was given last begin. */
  get rowsFrom(): number {
    return this.#copies.rowsFrom
  }

  async *entries(): AsyncGenerator<DumpEntry> {
    const reading = this.#reading
    const { window } = reading
    try {
      const warning = reading.source.stretch === undefined ? await this.#head() : null
      if (warning !== null) yield warning
      let isFatal = warning?.fatal === true
      while (!isFatal) {
        const step = this.#carriageReturn() ?? this.#step()
        if (step === null) continue
        if (step === 'over') break
        if (step === 'learn') await this.#inserts.learn()
        else if (step === 'more') await window.more(reading.needFrom)
        else {
          yield step
          isFatal = step.kind === 'problem' && step.fatal
          if (step.kind !== 'copy') continue
          const damage = await this.#copies.finish()
          if (damage === null) continue
          yield damage
          isFatal = true
        }
      }
      yield* this.#end(isFatal)
    } finally {
      await window.close()
    }
  }

  #standIn({ start, standardStrings, label }: Stretch): void {
    const reading = this.#reading
    reading.lexer.position = start.offset
    reading.lexer.standardStrings = standardStrings
    reading.label = label
    reading.window.refuseZeros()
  }

  *#end(isFatal: boolean): Generator<DumpProblem | EndEntry> {
    const { source, markers } = this.#reading
    const at = this.#reading.here()
    if (isFatal) {
      yield { kind: 'end', ...at, completeness: 'truncated' }
      return
    }
    if (source.stretch !== undefined) {
      yield { kind: 'end', ...at, completeness: 'unprovable' }
      return
    }
    const { completeness, problem } = markers.finish(at)
    if (problem !== null) yield problem
    yield { kind: 'end', ...at, completeness }
  }

  async #head(): Promise<DumpProblem | null> {
    const reading = this.#reading
    const { window } = reading
    while (!window.ended && window.end < headBytes) await window.more(0)
    const beginning = { offset: 0, line: 1 }
    if (window.end === 0 && reading.failure !== null) return reading.problem(beginning, reading.failure)
    const verdict = judgeHead(window.view.subarray(0, headBytes))
    if (verdict.kind === 'no sql') return reading.problem(beginning, verdict.problem)
    reading.lexer.position = verdict.skip
    window.refuseZeros()
    return verdict.warning === null ? null : problemAt(beginning, verdict.warning, null, 'goes on')
  }

  #step(): Step {
    const reading = this.#reading
    const { lexer, window } = reading
    const why = lexer.scan(window.view, window.base, window.ended)
    switch (why) {
      case stop.more:
        if (window.ended) return this.#ending()
        if (window.end - lexer.keepFrom > reading.limits.statementBytes) {
          return reading.problem(window.at(lexer.keepFrom), tooLong)
        }
        return reading.more(lexer.keepFrom)
      case stop.comment:
        return followComment(reading)
      case stop.backslash:
        return passMetaCommand(reading)
      case stop.tuple:
        return this.#inserts.tuple()
      case stop.semicolon: {
        const step = this.#statement()
        if (step === 'more') return step
        lexer.next()
        this.#inserts.next()
        return step
      }
      default:
        throw new TypeError(`unhandled ${JSON.stringify(why satisfies never)}`)
    }
  }

  #statement(): Step {
    const reading = this.#reading
    const { start, position, firstWord } = reading.lexer
    if (this.#inserts.isCutting) {
      const last = this.#inserts.lastPiece()
      if (last === null) this.onQuietEnd?.(position)
      return last
    }
    // A semicolon alone.
    if (position - start === 1) return null
    const insert = this.#inserts.whole()
    if (insert !== null) return insert
    const bytes = reading.window.bytes(start, position)
    const head = bytes.toString('utf8', 0, Math.min(bytes.length, classifiedBytes))
    const found = classifyText(head)
    return firstWord === 'copy' ? this.#copies.begin(found, bytes) : plainStatement(reading, found, head, bytes)
  }

  /** The text is over: is it over in a good place? */
  #ending(): DumpProblem | 'over' {
    const reading = this.#reading
    const { lexer, failure } = reading
    const at = reading.here()
    if (failure !== null) return reading.problem(at, failure)
    if (lexer.inside === inside.blockComment) return reading.problem(at, cutShort('a comment'))
    if (lexer.start >= 0)
      return reading.problem(at, cutShort(lexer.inside === inside.nothing ? 'a statement' : 'a quoted text'))
    if (reading.entries === 0 && !reading.markers.isAny) return reading.problem(at, emptyDump('it holds no statement'))
    return 'over'
  }

  #carriageReturn(): DumpProblem | null {
    const { lexer, window, object } = this.#reading
    if (lexer.carriageReturn < 0 || this.#toldCarriageReturn) return null
    this.#toldCarriageReturn = true
    return problemAt(window.aside(lexer.carriageReturn), carriageReturns, object, 'goes on')
  }
}
