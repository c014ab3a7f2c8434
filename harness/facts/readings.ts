import { Fault, scrubLine, type Row, type SqlRunner } from '../core/index.ts'

export type Reading = { readonly row: Row } | { readonly unreadable: string }

/** Readings between two releases of locks: far fewer than any server's lock table holds (64 a connection by default). */
const readingsPerRelease = 25

/** Characters of one statement. */
const mostBatchLength = 50_000

/** `out of shared memory`: the lock table is full. It fails one statement, not the server. */
const lockTableFull = '53200'

/**
 * Reads many relations in one transaction, one after the other, so that a reading which fails on its own (a permission,
 * row security, a damaged page, its time limit) doesn't end the transaction, and so that locks don't pile up: a
 * transaction keeps them to its end, and ten thousand tables fill the server's lock table. A savepoint does both.
 */
export class Readings {
  readonly #sql: SqlRunner
  #sinceRelease = 0

  private constructor(sql: SqlRunner) {
    this.#sql = sql
  }

  static async open(sql: SqlRunner): Promise<Readings> {
    await sql.query('SAVEPOINT rehearsal_reading')
    return new Readings(sql)
  }

  /** The first row of one statement, or why there is none. A lost connection throws. */
  async read(text: string): Promise<Reading> {
    this.#sinceRelease += 1
    if (this.#sinceRelease > readingsPerRelease) await this.#release()
    try {
      const [row] = await this.#sql.query(text)
      return { row: row ?? {} }
    } catch (error) {
      if (!isOneStatementsFault(error)) throw error
      await this.#release()
      return { unreadable: scrubLine(error.message) }
    }
  }

  /**
   * The same as {@link read} of each, in one round trip as long as none fails: of thousands of small tables, most of the
   * time is spent asking. The statements return columns of the same names and types.
   */
  async readEach(texts: readonly string[], signal?: AbortSignal): Promise<readonly Reading[]> {
    const readings: Reading[] = []
    for (const batch of inBatches(texts)) {
      signal?.throwIfAborted()
      const parts = batch.map((text, index) => `SELECT ${index} AS place, reading.* FROM (${text}) AS reading`)
      const rows = batch.length > 1 ? await this.#readTogether(parts.join(' UNION ALL ')) : null
      for (const [index, text] of batch.entries()) readings.push(rows?.get(String(index)) ?? (await this.read(text)))
    }
    return readings
  }

  /** Null when one of them failed. */
  async #readTogether(text: string): Promise<ReadonlyMap<string, Reading> | null> {
    await this.#release()
    try {
      const rows = await this.#sql.query(text)
      this.#sinceRelease = readingsPerRelease
      return new Map(rows.map(({ place, ...row }) => [place ?? '', { row }]))
    } catch (error) {
      if (!isOneStatementsFault(error)) throw error
      await this.#release()
      return null
    }
  }

  /** All rows of a catalogue query, which must not fail; the locks it took on what it described are let go. */
  async readAll(text: string): Promise<readonly Row[]> {
    const rows = await this.#sql.query(text)
    await this.#release()
    return rows
  }

  /** The same of one that may fail on its own: then there are no rows. */
  async readAllOrNone(text: string): Promise<readonly Row[]> {
    try {
      return await this.readAll(text)
    } catch (error) {
      if (!isOneStatementsFault(error)) throw error
      await this.#release()
      return []
    }
  }

  async #release(): Promise<void> {
    this.#sinceRelease = 0
    await this.#sql.query('ROLLBACK TO SAVEPOINT rehearsal_reading')
  }

  /** Once all went well. After a throw there is nothing to close: the caller's transaction is over. */
  async close(): Promise<void> {
    await this.#sql.query('RELEASE SAVEPOINT rehearsal_reading')
  }
}

/** No batch takes more locks, nor is much longer to parse, than single readings between two releases. */
function inBatches(texts: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = []
  let room = 0
  for (const text of texts) {
    const last = batches.at(-1)
    if (last && last.length < readingsPerRelease && room >= text.length) last.push(text)
    else {
      batches.push([text])
      room = mostBatchLength
    }
    room -= text.length
  }
  return batches
}

export function isOneStatementsFault(error: unknown): error is Fault {
  if (!(error instanceof Fault) || !('sqlstate' in error.facts)) return false
  return error.code === 'E_SQL' || error.code === 'E_TIMEOUT' || error.facts['sqlstate'] === lockTableFull
}
