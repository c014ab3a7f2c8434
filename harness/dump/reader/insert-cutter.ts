import type { ByteWindow } from './byte-window.ts'
import { strangeTail } from '../complaints.ts'
import { peekInsertTail, readInsertTail, type InsertTail } from './insert-tail.ts'
import type { SqlLexer } from '../lexer/sql-lexer.ts'
import type { PlainSource } from '../plain-source.ts'
import type { ProblemText } from '../problem.ts'
import type { StatementTexts } from '../statement-texts.ts'
import type { InsertEntry, QualifiedName } from '../types.ts'

/** Turns INSERTs into entries: a short one as it is, a long one in pieces that each begin and end like the whole. */
export class InsertCutter {
  readonly #window: ByteWindow
  readonly #lexer: SqlLexer
  readonly #texts: StatementTexts
  /** How this dump's INSERTs end; undefined until one has. `null`: in a way that cannot be repeated. */
  #tail: InsertTail | null | undefined
  #cutting: { readonly prefix: Buffer; readonly table: QualifiedName } | null = null
  #mustStayWhole = false
  /** Where the INSERT begins whose tail was looked up. */
  #learnt = -1

  constructor(window: ByteWindow, lexer: SqlLexer, texts: StatementTexts) {
    this.#window = window
    this.#lexer = lexer
    this.#texts = texts
  }

  get isCutting(): boolean {
    return this.#cutting !== null
  }

  /** The INSERT just ended, whole. */
  whole(table: QualifiedName): InsertEntry {
    const lexer = this.#lexer
    const { start, position, values } = lexer
    const { tupleEnd, rows } = values
    if (position - tupleEnd === 1) this.#tail = ''
    else if (tupleEnd >= 0) this.#tail = readInsertTail(this.#window.bytes(tupleEnd, position).toString())
    const { offset, line } = this.#window.at(start)
    return {
      kind: 'insert',
      offset,
      line,
      text: this.#texts.of(this.#window.bytes(start, position)),
      table,
      rows,
    }
  }

  get mustStayWhole(): boolean {
    return this.#mustStayWhole
  }

  /** Whether this INSERT's tail must be looked up first. `isUniform`: the writer ends all its INSERTs the same way. */
  mustLearn(isUniform: boolean): boolean {
    return this.#learnt !== this.#lexer.start && (this.#tail === undefined || !isUniform)
  }

  async learn(source: PlainSource, pieceBytes: number): Promise<void> {
    const { start, standardStrings } = this.#lexer
    this.#tail = await peekInsertTail(source, start, standardStrings, pieceBytes)
    this.#learnt = start
  }

  /** Cuts this INSERT from here on, unless its tail forbids that. `null`: it is into no table that can be told. */
  begin(table: QualifiedName | null): void {
    const { start, values } = this.#lexer
    if (table === null || this.#tail === null) this.#mustStayWhole = true
    else this.#cutting = { table, prefix: Buffer.from(this.#window.bytes(start, values.wordEnd)) }
  }

  /** The rows since the last cut, as a statement of their own. */
  piece(): InsertEntry | null {
    const { start, values } = this.#lexer
    const { rows, tupleStart, tupleEnd, isCut } = values
    if (this.#cutting === null || rows === 0) return null
    const { prefix, table } = this.#cutting
    const { offset, line } = this.#window.at(isCut ? tupleStart : start)
    const end = this.#tail ? `\n${this.#tail};` : ';'
    const text = this.#texts.joined([prefix, newline, this.#window.bytes(tupleStart, tupleEnd), Buffer.from(end)])
    values.cut()
    return { kind: 'insert', offset, line, text, table, rows }
  }

  /** The end of an INSERT that was cut. */
  lastPiece(): InsertEntry | ProblemText | null {
    const { values, position } = this.#lexer
    const tail = readInsertTail(this.#window.bytes(values.tupleEnd, position).toString())
    const table = this.#cutting?.table
    if (tail !== this.#tail) return strangeTail(table === undefined ? 'a table' : `${table.schema}.${table.name}`)
    return this.piece()
  }

  next(): void {
    this.#cutting = null
    this.#mustStayWhole = false
  }
}

const newline = Buffer.from('\n')
