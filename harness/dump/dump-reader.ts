import { Fault } from '../core/index.ts'
import { byte } from './byte-classes.ts'
import { ByteWindow } from './byte-window.ts'
import { classifyText, type Classified } from './classify.ts'
import { CopyBlock } from './copy-block.ts'
import { EndMarkers } from './end-markers.ts'
import { emptyDump, headBytes, judgeHead } from './head.ts'
import { peekInsertTail, readInsertTail, type InsertTail } from './insert-tail.ts'
import { inside, SqlLexer, stop } from './lexer.ts'
import type { DumpLimits } from './limits.ts'
import { readMetaCommand } from './meta-command.ts'
import type { PlainSource, PlainStream } from './plain-source.ts'
import { problemAt, type ProblemText } from './problem.ts'
import { qualified, readCopy } from './read-copy.ts'
import { sessionSetting } from './session-setting.ts'
import { readTocComment } from './toc-comment.ts'
import type { CopyEntry, DumpEntry, DumpPosition, DumpProblem, InsertEntry, QualifiedName, TocLabel } from './types.ts'

/** How much of a statement its verb and object are read from. */
const classifiedBytes = 16_384

/** Reads one dump from its beginning to its end, once. */
export class DumpReader {
  readonly markers = new EndMarkers()
  encoding: string | null = null
  readonly #source: PlainSource
  readonly #limits: DumpLimits
  readonly #stream: PlainStream
  readonly #window: ByteWindow
  readonly #lexer: SqlLexer
  #label: TocLabel | null = null
  /** What is being read, for problems. */
  #object: string | null = null
  #isFatal = false
  #entries = 0
  #toldCarriageReturn = false
  /** The tail of this dump's INSERTs; undefined until one has ended. */
  #tail: InsertTail | null | undefined
  #insert: { readonly prefix: Buffer; readonly table: QualifiedName } | null = null
  #mayCut = true

  constructor(source: PlainSource, limits: DumpLimits) {
    this.#source = source
    this.#limits = limits
    this.#stream = source.open()
    this.#window = new ByteWindow(this.#stream.chunks)
    this.#lexer = new SqlLexer(limits.insertBytes)
  }

  /** Bytes of text read so far. */
  get plainBytes(): number {
    return this.#window.end
  }

  async *entries(): AsyncGenerator<DumpEntry> {
    try {
      for await (const entry of this.#body()) {
        if (entry.kind === 'problem' && entry.fatal) this.#isFatal = true
        yield entry
        if (this.#isFatal) break
      }
      const at = this.#here()
      const { completeness, problem } = this.#isFatal
        ? { completeness: 'truncated' as const, problem: null }
        : this.markers.finish(at)
      if (problem !== null) yield problem
      yield { kind: 'end', ...at, completeness }
    } finally {
      await this.#window.close()
    }
  }

  async *#body(): AsyncGenerator<DumpEntry> {
    yield* this.#head()
    if (this.#isFatal) return
    const lexer = this.#lexer
    const window = this.#window
    for (;;) {
      const why = lexer.scan(window.view, window.base, window.ended)
      if (lexer.carriageReturn >= 0 && !this.#toldCarriageReturn) yield this.#crlf(lexer.carriageReturn)
      switch (why) {
        case stop.more: {
          if (window.ended) {
            const problem = this.#ending()
            if (problem !== null) yield problem
            return
          }
          if (window.end - lexer.keepFrom > this.#limits.statementBytes) {
            yield this.#problem(window.at(lexer.keepFrom), tooLong)
            return
          }
          await window.more(lexer.keepFrom)
          break
        }
        case stop.comment: {
          const problem = this.#comment()
          if (problem !== null) yield problem
          break
        }
        case stop.backslash:
          yield* this.#metaCommand()
          if (this.#isFatal) return
          break
        case stop.tuple: {
          const entry = await this.#piece()
          if (entry !== null) yield entry
          break
        }
        case stop.semicolon:
          yield* this.#statement()
          lexer.next()
          this.#insert = null
          this.#mayCut = true
          if (this.#isFatal) return
          break
        default:
          throw new TypeError(`unhandled ${JSON.stringify(why satisfies never)}`)
      }
    }
  }

  async *#head(): AsyncGenerator<DumpEntry> {
    const window = this.#window
    while (!window.ended && window.end < headBytes) await window.more(0)
    const failure = this.#stream.failure
    if (window.end === 0 && failure !== null) {
      yield this.#problem(this.#here(), failure)
      return
    }
    const verdict = judgeHead(window.view.subarray(0, headBytes))
    if (verdict.kind === 'no sql') {
      yield this.#problem({ offset: 0, line: 1 }, verdict.problem)
      return
    }
    this.#lexer.position = verdict.skip
    if (verdict.warning !== null) yield problemAt({ offset: 0, line: 1 }, verdict.warning, null, 'goes on')
  }

  #comment(): DumpProblem | null {
    const { commentStart, position } = this.#lexer
    const bytes = this.#window.bytes(commentStart, position)
    // Nearly every comment of a dump is a bare `--`.
    if (bytes.length < 4) return null
    const comment = readTocComment(bytes.toString())
    if (comment.kind === 'label') {
      this.#label = comment.label
      const { schema, name } = comment.label
      this.#object = schema === null ? name : `${schema}.${name}`
    }
    return this.markers.comment(comment, this.#window.at(commentStart))
  }

  async *#metaCommand(): AsyncGenerator<DumpEntry> {
    const window = this.#window
    const lexer = this.#lexer
    const from = lexer.position
    const longest = 65_536
    const isAlone = lexer.start < 0
    let end = window.view.indexOf(byte.newline, from - window.base)
    while (end < 0 && !window.ended && window.end - from < longest) {
      await window.more(Math.min(lexer.keepFrom, from))
      end = window.view.indexOf(byte.newline, from - window.base)
    }
    const lineEnd = end < 0 ? window.end : window.base + end
    const at = isAlone ? window.at(from) : window.ahead(from)
    const command = readMetaCommand(window.bytes(from, Math.min(lineEnd, from + longest)).toString())
    if (command.kind === 'hostile' || !isAlone || end < 0) {
      if (end < 0 && window.ended && command.kind !== 'hostile') {
        yield this.#problem(at, this.#stream.failure ?? cutShort('a psql command'))
        return
      }
      const name = command.kind === 'hostile' ? command.command : 'a psql command within a statement'
      yield this.#problem(at, {
        code: 'E_DUMP_HOSTILE',
        message: `the dump holds the psql command ${name} on line ${at.line}, which pg_dump never writes`,
        hint: 'do not give this file to psql; find out who wrote it, and where the real dump is',
      })
      return
    }
    lexer.position = lineEnd
    if (command.kind !== 'connect') return
    this.#label = null
    this.#object = null
    lexer.standardStrings = true
    this.#entries += 1
    yield { kind: 'connect', ...at, database: command.database }
  }

  async *#statement(): AsyncGenerator<DumpEntry> {
    const window = this.#window
    const lexer = this.#lexer
    const { start, position } = lexer
    if (this.#insert !== null) {
      const last = this.#lastPiece()
      if (last !== null) yield last
      return
    }
    // A semicolon alone.
    if (position - start === 1) return
    const at = window.at(start)
    this.#entries += 1
    if (lexer.firstWord === 'insert' && lexer.valuesEnd >= 0) {
      const table = this.#insertTable(start, lexer.valuesEnd, at)
      if (table !== null) {
        const text = Buffer.from(window.bytes(start, position))
        if (lexer.tupleEnd >= 0) this.#tail = readInsertTail(window.bytes(lexer.tupleEnd, position).toString())
        yield { kind: 'insert', ...at, text, table, rows: lexer.rows }
        return
      }
    }
    const text = Buffer.from(window.bytes(start, position))
    const head = text.toString('utf8', 0, Math.min(text.length, classifiedBytes))
    const found = classifyText(head)
    const object = found.parts === null ? null : found.parts.join('.')
    this.markers.statement(found, head, at)
    if (lexer.firstWord === 'copy') {
      yield* this.#copy(text, at)
      return
    }
    if (found.verb !== 'SET' && object !== null) this.#object = object
    this.#session(found, head)
    const label = found.verb === 'SET' || found.verb === 'RESET' ? null : this.#label
    yield { kind: 'statement', ...at, text, verb: found.verb, object, label }
  }

  /** Follows the settings that change how the rest must be read. */
  #session(found: Classified, sql: string): void {
    const setting = sessionSetting(found, sql)
    if (setting === null) return
    if (setting.name === 'standard_conforming_strings') this.#lexer.standardStrings = setting.value !== 'off'
    if (setting.name !== 'client_encoding' || setting.value === null) return
    this.encoding ??= setting.value
    if (
      !/^(?:SJIS|SHIFT_JIS_2004|BIG5|GBK|UHC|GB18030|JOHAB|MSKANJI|SHIFTJIS|WIN9(?:32|36|49|50))$/i.test(setting.value)
    )
      return
    throw new Fault(
      'E_DUMP_FORMAT_UNSUPPORTED',
      `the dump is in ${setting.value}, in which quotes may be half a letter`,
      {
        hint: 'dump it again with pg_dump --encoding=UTF8',
      },
    )
  }

  async *#copy(statement: Buffer, at: DumpPosition): AsyncGenerator<DumpEntry> {
    const window = this.#window
    const lexer = this.#lexer
    const command = readCopy(statement.toString())
    if (command.kind === 'other') {
      yield this.#problem(at, {
        code: 'E_DUMP_HOSTILE',
        message: `line ${at.line} copies from or to a file or a program, which pg_dump never writes`,
        hint: 'do not run this file; find out who wrote it, and where the real dump is',
      })
      return
    }
    this.#object = `${command.table.schema}.${command.table.name}`
    let end = window.view.indexOf(byte.newline, lexer.position - window.base)
    while (end < 0 && !window.ended && window.end - lexer.position < headBytes) {
      await window.more(lexer.position)
      end = window.view.indexOf(byte.newline, lexer.position - window.base)
    }
    const rest = end < 0 ? '' : window.bytes(lexer.position, window.base + end).toString('latin1')
    if (rest.trim() !== '' || (end < 0 && !window.ended)) {
      yield this.#problem(at, {
        code: 'E_DUMP_DAMAGED',
        message: `text follows COPY ${this.#object} on its line, where the rows should begin`,
        hint: 'take a fresh dump',
      })
      return
    }
    if (rest !== '' && rest.includes('\r') && !this.#toldCarriageReturn) {
      yield this.#crlf(lexer.position + rest.indexOf('\r'))
    }
    const rows = end < 0 ? window.end : window.base + end + 1
    window.at(rows)
    const block = new CopyBlock(window, rows)
    const entry: CopyEntry = {
      kind: 'copy',
      ...at,
      table: command.table,
      columns: command.columns,
      statement,
      data: block.chunks(),
      skip: () => block.skip(),
      counted: () => ({ rows: block.rows, bytes: block.bytes, terminated: block.terminated }),
    }
    yield entry
    await block.skip()
    lexer.position = block.position
    if (block.carriageReturn >= 0 && !this.#toldCarriageReturn) yield this.#crlf(block.carriageReturn)
    if (block.terminated) return
    yield this.#problem(
      this.#here(),
      this.#stream.failure ?? cutShort(`the rows of ${this.#object}, after ${block.rows} of them`),
    )
  }

  #insertTable(start: number, valuesEnd: number, at: DumpPosition): QualifiedName | null {
    const head = this.#window.bytes(start, Math.min(valuesEnd, start + classifiedBytes)).toString()
    const last = this.#lastHead
    if (head === last?.text) return last.table
    const found = classifyText(head)
    if (found.verb !== 'INSERT' || found.parts === null) return null
    this.markers.statement(found, head, at)
    const table = qualified(found.parts)
    this.#object = `${table.schema}.${table.name}`
    this.#lastHead = { text: head, table }
    return table
  }

  /** INSERTs come by the thousand with the same beginning. */
  #lastHead: { readonly text: string; readonly table: QualifiedName } | null = null

  /** A long INSERT has reached the end of a row: the rows so far, as a statement of their own. */
  async #piece(): Promise<InsertEntry | null> {
    const window = this.#window
    const lexer = this.#lexer
    if (!this.#mayCut) return null
    const at = window.at(lexer.isCut ? lexer.tupleStart : lexer.start)
    if (this.#insert === null) {
      const table = this.#insertTable(lexer.start, lexer.valuesEnd, at)
      const isKnown = this.#tail !== undefined && this.markers.writer !== 'unknown'
      this.#tail = isKnown
        ? this.#tail
        : await peekInsertTail(this.#source, lexer.start, lexer.standardStrings, this.#limits.insertBytes)
      if (table === null || this.#tail === null) {
        this.#mayCut = false
        return null
      }
      this.#entries += 1
      this.#insert = { table, prefix: Buffer.from(window.bytes(lexer.start, lexer.valuesEnd)) }
    }
    return this.#takePiece(at)
  }

  #takePiece(at: DumpPosition): InsertEntry | null {
    const lexer = this.#lexer
    if (this.#insert === null || lexer.rows === 0) return null
    const rows = lexer.rows
    const tuples = this.#window.bytes(lexer.tupleStart, lexer.tupleEnd)
    const text = Buffer.concat([
      this.#insert.prefix,
      Buffer.from('\n'),
      tuples,
      Buffer.from(this.#tail ? `\n${this.#tail};` : ';'),
    ])
    lexer.cut()
    return { kind: 'insert', ...at, text, table: this.#insert.table, rows }
  }

  #lastPiece(): InsertEntry | DumpProblem | null {
    const lexer = this.#lexer
    const at = this.#window.at(lexer.tupleStart >= 0 ? lexer.tupleStart : lexer.tupleEnd)
    const tail = readInsertTail(this.#window.bytes(lexer.tupleEnd, lexer.position).toString())
    if (tail === this.#tail) return this.#takePiece(at)
    return this.#problem(at, {
      code: 'E_DUMP_DAMAGED',
      message: `an INSERT into ${this.#object} ends otherwise than those before it, which pg_dump never writes`,
      hint: 'take a fresh dump',
    })
  }

  /** The text is over: is it over in a good place? */
  #ending(): DumpProblem | null {
    const lexer = this.#lexer
    const failure = this.#stream.failure
    const at = this.#here()
    if (failure !== null) return this.#problem(at, failure)
    if (lexer.inside === inside.blockComment) return this.#problem(at, cutShort('a comment'))
    if (lexer.start >= 0) {
      const isQuoted = lexer.inside !== inside.nothing
      return this.#problem(at, cutShort(isQuoted ? 'a quoted text' : 'a statement'))
    }
    if (this.#entries === 0 && !this.markers.isAny) return this.#problem(at, emptyDump('it holds no statement'))
    return null
  }

  #here(): DumpPosition {
    return this.#window.at(this.#window.end)
  }

  #crlf(offset: number): DumpProblem {
    this.#toldCarriageReturn = true
    return problemAt(
      this.#window.ahead(offset),
      {
        code: 'E_DUMP_ENCODING',
        message:
          'line ends were changed to CR LF (a terminal or Windows came between): the rows are no longer as dumped',
        hint: 'dump without a terminal (docker exec without -t, ssh without -t), or with pg_dump -f',
      },
      this.#object,
      'goes on',
    )
  }

  #problem(at: DumpPosition, text: ProblemText): DumpProblem {
    this.#isFatal = true
    return problemAt(at, text, this.#object)
  }
}

const tooLong: ProblemText = {
  code: 'E_DUMP_STATEMENT_TOO_LONG',
  message: 'one statement (or one row) is longer than a reader can hold: it may never end',
  hint: 'look at the statement; if it is real, raise the limit or dump with COPY instead of INSERTs',
}

function cutShort(what: string): ProblemText {
  return {
    code: 'E_DUMP_TRUNCATED',
    message: `the dump ends inside ${what}: it was cut short`,
    hint: 'compare its size with what was uploaded; take a fresh dump',
  }
}
