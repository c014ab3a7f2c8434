import { classifyText } from '../classify.ts'
import type { DumpProblem, InsertEntry, QualifiedName } from '../types.ts'
import { InsertCutter } from './insert-cutter.ts'
import { qualified } from './read-copy.ts'
import { classifiedBytes, type Reading, type Step } from './reading.ts'

/** INSERTs of rows: which table each is into, and whether it comes whole or in pieces. */
export class InsertStatements {
  readonly #reading: Reading
  readonly #cutter: InsertCutter
  /** INSERTs come by the thousand with the same beginning. */
  #last: { readonly head: Buffer; readonly table: QualifiedName } | null = null

  constructor(reading: Reading) {
    this.#reading = reading
    this.#cutter = new InsertCutter(reading.window, reading.lexer, reading.texts)
  }

  get isCutting(): boolean {
    return this.#cutter.isCutting
  }

  /** A row ends where the INSERT has become long. */
  tuple(): Step {
    const { source, markers } = this.#reading
    const cutter = this.#cutter
    if (cutter.mustStayWhole) return null
    if (!cutter.isCutting) {
      if (cutter.mustLearn(source.stretch?.isUniform ?? markers.writer !== 'unknown')) return 'learn'
      cutter.begin(this.#table())
    }
    return cutter.piece()
  }

  async learn(): Promise<void> {
    const { source, limits } = this.#reading
    await this.#cutter.learn(source, limits.insertBytes)
  }

  /** The INSERT just ended, if it is one and its table can be told. */
  whole(): InsertEntry | null {
    const table = this.#reading.lexer.values.wordEnd < 0 ? null : this.#table()
    return table === null ? null : this.#cutter.whole(table)
  }

  /** The end of an INSERT that was cut; null where all its rows were given before. */
  lastPiece(): InsertEntry | DumpProblem | null {
    const reading = this.#reading
    const last = this.#cutter.lastPiece()
    if (last === null || 'kind' in last) return last
    return reading.problem(reading.window.at(reading.lexer.values.tupleEnd), last)
  }

  next(): void {
    this.#cutter.next()
  }

  #table(): QualifiedName | null {
    const reading = this.#reading
    const { start, values } = reading.lexer
    const head = reading.window.bytes(start, Math.min(values.wordEnd, start + classifiedBytes))
    reading.entries += 1
    const last = this.#last
    if (last !== null && head.equals(last.head)) return last.table
    const sql = head.toString()
    const found = classifyText(sql)
    if (found.verb !== 'INSERT' || found.parts === null) return null
    reading.markers.statement(found, sql, reading.window.at(start))
    const table = qualified(found.parts)
    reading.object = `${table.schema}.${table.name}`
    this.#last = { head: Buffer.from(head), table }
    return table
  }
}
