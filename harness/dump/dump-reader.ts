import { Fault } from '../core/index.ts'
import { byte } from './lexer/byte-classes.ts'
import { ByteWindow } from './byte-window.ts'
import { classifyText, type Classified } from './classify.ts'
import { carriageReturns, cutShort, hostileCommand, textAfterCopy, tooLong, zeroByte } from './complaints.ts'
import { CopyBlock } from './copy-block.ts'
import { isSafeEncoding } from './encodings.ts'
import { EndMarkers } from './end-markers.ts'
import { emptyDump, headBytes, judgeHead } from './head.ts'
import { InsertCutter } from './insert-cutter.ts'
import { SqlLexer } from './lexer/sql-lexer.ts'
import { inside, stop } from './lexer/states.ts'
import type { DumpLimits } from './limits.ts'
import { readMetaCommand } from './meta-command.ts'
import type { PlainSource, PlainStream, Stretch } from './plain-source.ts'
import { problemAt, type ProblemText } from './problem.ts'
import { qualified, readCopy } from './read-copy.ts'
import { sessionSetting } from './session-setting.ts'
import { ownTexts, type StatementTexts } from './statement-texts.ts'
import { readTocComment } from './toc-comment.ts'
import type { CopyEntry, DumpEntry, DumpPosition, DumpProblem, EndEntry, QualifiedName, TocLabel } from './types.ts'

/** How much of a statement its verb and object are read from. */
const classifiedBytes = 16_384
/** The line of a psql command, or what may follow a COPY statement on its own. */
const longestLine = 65_536

/** What reading on has come to: an entry, or what must happen before there can be one. */
type Step = DumpEntry | 'more' | 'learn' | 'over' | null

/** Reads one dump from its beginning to its end, once. */
export class DumpReader {
  readonly markers = new EndMarkers()
  encoding: string | null = null
  /** Told where an INSERT ends of which all rows were given before. */
  onQuietEnd: ((end: number) => void) | null = null
  readonly #source: PlainSource
  readonly #limits: DumpLimits
  readonly #stream: PlainStream
  readonly #window: ByteWindow
  readonly #lexer: SqlLexer
  readonly #inserts: InsertCutter
  readonly #texts: StatementTexts
  #label: TocLabel | null = null
  /** What is being read, for problems. */
  #object: string | null = null
  #entries = 0
  #toldCarriageReturn = false
  #needFrom = 0
  #copy: CopyBlock | null = null
  /** INSERTs come by the thousand with the same beginning. */
  #lastInsert: { readonly head: Buffer; readonly table: QualifiedName } | null = null

  constructor(source: PlainSource, limits: DumpLimits, texts: StatementTexts = ownTexts) {
    this.#texts = texts
    this.#source = source
    this.#limits = limits
    this.#stream = source.open()
    this.#window = new ByteWindow(this.#stream.chunks, source.stretch?.start)
    this.#lexer = new SqlLexer(limits.insertBytes)
    this.#inserts = new InsertCutter(this.#window, this.#lexer, texts)
    if (source.stretch !== undefined) this.#standIn(source.stretch)
  }

  /** Bytes of text read so far. */
  get plainBytes(): number {
    return this.#window.end
  }

  /** The end of the statement that was given last. Null within an INSERT that comes in pieces. */
  get statementEnd(): number | null {
    return this.#lexer.start < 0 ? this.#lexer.position : null
  }

  get standardStrings(): boolean {
    return this.#lexer.standardStrings
  }

  /** Where the rows of the COPY that was given last begin. */
  get rowsFrom(): number {
    return this.#copy?.start ?? -1
  }

  async *entries(): AsyncGenerator<DumpEntry> {
    const window = this.#window
    try {
      const warning = this.#source.stretch === undefined ? await this.#head() : null
      if (warning !== null) yield warning
      let isFatal = warning?.fatal === true
      while (!isFatal) {
        const step = this.#carriageReturn() ?? this.#step()
        if (step === null) continue
        if (step === 'over') break
        if (step === 'learn') await this.#inserts.learn(this.#source, this.#limits.insertBytes)
        else if (step === 'more') await window.more(this.#needFrom)
        else {
          yield step
          isFatal = step.kind === 'problem' && step.fatal
          if (step.kind !== 'copy') continue
          const damage = await this.#finishCopy()
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
    this.#lexer.position = start.offset
    this.#lexer.standardStrings = standardStrings
    this.#label = label
    this.#window.refuseZeros()
  }

  *#end(isFatal: boolean): Generator<DumpProblem | EndEntry> {
    const at = this.#here()
    if (isFatal) {
      yield { kind: 'end', ...at, completeness: 'truncated' }
      return
    }
    if (this.#source.stretch !== undefined) {
      yield { kind: 'end', ...at, completeness: 'unprovable' }
      return
    }
    const { completeness, problem } = this.markers.finish(at)
    if (problem !== null) yield problem
    yield { kind: 'end', ...at, completeness }
  }

  async #head(): Promise<DumpProblem | null> {
    const window = this.#window
    while (!window.ended && window.end < headBytes) await window.more(0)
    const beginning = { offset: 0, line: 1 }
    if (window.end === 0 && this.#failure !== null) return this.#problem(beginning, this.#failure)
    const verdict = judgeHead(window.view.subarray(0, headBytes))
    if (verdict.kind === 'no sql') return this.#problem(beginning, verdict.problem)
    this.#lexer.position = verdict.skip
    window.refuseZeros()
    return verdict.warning === null ? null : problemAt(beginning, verdict.warning, null, 'goes on')
  }

  #step(): Step {
    const lexer = this.#lexer
    const window = this.#window
    const why = lexer.scan(window.view, window.base, window.ended)
    switch (why) {
      case stop.more:
        if (window.ended) return this.#ending()
        if (window.end - lexer.keepFrom > this.#limits.statementBytes) {
          return this.#problem(window.at(lexer.keepFrom), tooLong)
        }
        return this.#more(lexer.keepFrom)
      case stop.comment:
        return this.#comment()
      case stop.backslash:
        return this.#metaCommand()
      case stop.tuple:
        return this.#tuple()
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

  #more(needFrom: number): 'more' {
    this.#needFrom = needFrom
    return 'more'
  }

  #comment(): DumpProblem | null {
    const { commentStart, position } = this.#lexer
    // Nearly every comment of a dump is a bare `--`.
    if (position - commentStart < 4) return null
    const comment = readTocComment(this.#window.bytes(commentStart, position).toString())
    if (comment.kind === 'label') {
      this.#label = comment.label
      const { schema, name } = comment.label
      this.#object = schema === null ? name : `${schema}.${name}`
    }
    return this.markers.comment(comment, this.#window.at(commentStart))
  }

  #metaCommand(): Step {
    const window = this.#window
    const lexer = this.#lexer
    const from = lexer.position
    const lineEnd = this.#lineEnd(from)
    if (lineEnd === 'more') return this.#more(Math.min(lexer.keepFrom, from))
    const isAlone = lexer.start < 0
    const at = isAlone ? window.at(from) : window.aside(from)
    const command = readMetaCommand(window.bytes(from, lineEnd ?? Math.min(window.end, from + longestLine)).toString())
    if (command.kind === 'hostile')
      return this.#problem(at, hostileCommand(`the psql command ${command.command}`, at.line))
    if (!isAlone) return this.#problem(at, hostileCommand('a psql command within a statement', at.line))
    if (lineEnd === null) return this.#problem(at, this.#failure ?? cutShort('a psql command'))
    lexer.position = lineEnd
    if (command.kind !== 'connect') return null
    this.#label = null
    this.#object = null
    this.#entries += 1
    lexer.standardStrings = true
    return { kind: 'connect', offset: at.offset, line: at.line, database: command.database }
  }

  /** Where the line ends; `null` where it does not. */
  #lineEnd(from: number): number | 'more' | null {
    const window = this.#window
    const found = window.view.indexOf(byte.newline, from - window.base)
    if (found >= 0) return window.base + found
    return window.ended || window.end - from > longestLine ? null : 'more'
  }

  #tuple(): Step {
    const inserts = this.#inserts
    if (inserts.mustStayWhole) return null
    if (!inserts.isCutting) {
      if (inserts.mustLearn(this.#source.stretch?.isUniform ?? this.markers.writer !== 'unknown')) return 'learn'
      inserts.begin(this.#insertTable(this.#lexer.start, this.#lexer.values.wordEnd))
    }
    return this.#inserts.piece()
  }

  #statement(): Step {
    const window = this.#window
    const lexer = this.#lexer
    const { start, position } = lexer
    const valuesEnd = lexer.values.wordEnd
    if (this.#inserts.isCutting) {
      const last = this.#inserts.lastPiece()
      if (last === null) this.onQuietEnd?.(position)
      return last === null || 'kind' in last ? last : this.#problem(this.#window.at(lexer.values.tupleEnd), last)
    }
    // A semicolon alone.
    if (position - start === 1) return null
    if (valuesEnd >= 0) {
      const table = this.#insertTable(start, valuesEnd)
      if (table !== null) return this.#inserts.whole(table)
    }
    const bytes = window.bytes(start, position)
    const head = bytes.toString('utf8', 0, Math.min(bytes.length, classifiedBytes))
    const found = classifyText(head)
    if (lexer.firstWord === 'copy') return this.#copyStatement(found, bytes)
    const { offset, line } = window.at(start)
    this.markers.statement(found, head, { offset, line })
    this.#entries += 1
    const object = found.parts === null ? null : found.parts.join('.')
    const isSession = found.verb === 'SET' || found.verb === 'RESET' || found.verb === 'SELECT set_config'
    if (!isSession && object !== null) this.#object = object
    if (isSession) this.#session(found, head)
    const label = isSession ? null : this.#label
    return { kind: 'statement', offset, line, text: this.#texts.of(bytes), verb: found.verb, object, label }
  }

  /** Follows the settings that change how the rest must be read. */
  #session(found: Classified, sql: string): void {
    const setting = sessionSetting(found, sql)
    if (setting === null) return
    if (setting.name === 'standard_conforming_strings') this.#lexer.standardStrings = setting.isOn
    if (setting.name !== 'client_encoding' || setting.value === null) return
    this.encoding ??= setting.value
    if (isSafeEncoding(setting.value)) return
    throw new Fault(
      'E_DUMP_FORMAT_UNSUPPORTED',
      `the dump is in ${setting.value}, where half a letter may look like a quote`,
      {
        hint: 'dump it again with pg_dump --encoding=UTF8',
      },
    )
  }

  #copyStatement(found: Classified, bytes: Buffer): Step {
    const window = this.#window
    const lexer = this.#lexer
    const at = window.at(lexer.start)
    const command = readCopy(bytes.toString())
    if (command === null) {
      return this.#problem(at, hostileCommand('a COPY from or to a file or a program', at.line))
    }
    const { table, columns } = command
    const object = `${table.schema}.${table.name}`
    const lineEnd = this.#lineEnd(lexer.position)
    if (lineEnd === 'more') {
      // Back to the semicolon: it is found again when its line is here.
      lexer.position -= 1
      return this.#more(lexer.start)
    }
    this.#object = object
    this.#entries += 1
    this.markers.statement(found, 'COPY', at)
    const rest = window.bytes(lexer.position, lineEnd ?? window.end).toString('latin1')
    if (/[^\s]/.test(rest)) return this.#problem(at, textAfterCopy(object))
    if (rest.includes('\r')) lexer.noteCarriageReturn(lexer.position)
    const statement = this.#texts.of(bytes)
    const rows = lineEnd === null ? window.end : lineEnd + 1
    window.at(rows)
    const block = new CopyBlock(window, rows)
    this.#copy = block
    const entry: CopyEntry = {
      kind: 'copy',
      offset: at.offset,
      line: at.line,
      table,
      columns,
      statement,
      data: block.chunks(),
      skip: () => block.skip(),
      counted: () => ({ rows: block.rows, bytes: block.bytes, terminated: block.terminated }),
    }
    return entry
  }

  /** Reads past what the consumer of a COPY left; a problem if its rows have no end. */
  async #finishCopy(): Promise<DumpProblem | null> {
    const block = this.#copy
    if (block === null) return null
    await block.skip()
    this.#copy = null
    this.#lexer.position = block.position
    if (block.carriageReturn >= 0) this.#lexer.noteCarriageReturn(block.carriageReturn)
    if (block.terminated) return null
    const text = this.#failure ?? cutShort('table data')
    const seen = `${text.message}; ${block.rows} rows of ${this.#object} were there`
    return this.#problem(this.#here(), { ...text, message: seen })
  }

  #insertTable(start: number, valuesEnd: number): QualifiedName | null {
    const head = this.#window.bytes(start, Math.min(valuesEnd, start + classifiedBytes))
    this.#entries += 1
    const last = this.#lastInsert
    if (last !== null && head.equals(last.head)) return last.table
    const sql = head.toString()
    const found = classifyText(sql)
    if (found.verb !== 'INSERT' || found.parts === null) return null
    this.markers.statement(found, sql, this.#window.at(start))
    const table = qualified(found.parts)
    this.#object = `${table.schema}.${table.name}`
    this.#lastInsert = { head: Buffer.from(head), table }
    return table
  }

  /** The text is over: is it over in a good place? */
  #ending(): DumpProblem | 'over' {
    const lexer = this.#lexer
    const at = this.#here()
    if (this.#failure !== null) return this.#problem(at, this.#failure)
    if (lexer.inside === inside.blockComment) return this.#problem(at, cutShort('a comment'))
    if (lexer.start >= 0)
      return this.#problem(at, cutShort(lexer.inside === inside.nothing ? 'a statement' : 'a quoted text'))
    if (this.#entries === 0 && !this.markers.isAny) return this.#problem(at, emptyDump('it holds no statement'))
    return 'over'
  }

  #carriageReturn(): DumpProblem | null {
    const { carriageReturn } = this.#lexer
    if (carriageReturn < 0 || this.#toldCarriageReturn) return null
    this.#toldCarriageReturn = true
    return problemAt(this.#window.aside(carriageReturn), carriageReturns, this.#object, 'goes on')
  }

  /** What ended the text, if not its end. */
  get #failure(): ProblemText | null {
    return this.#window.hasZero ? zeroByte : this.#stream.failure
  }

  #here(): DumpPosition {
    return this.#window.at(this.#window.end)
  }

  #problem(at: DumpPosition, text: ProblemText): DumpProblem {
    return problemAt(at, text, this.#object)
  }
}
