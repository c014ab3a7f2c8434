import { systemClock } from '../../core/index.ts'
import { InsertRowReader, type InsertEntry, type InsertRows, type StatementEntry } from '../../dump/index.ts'
import type { Session } from '../../postgres/index.ts'
import { chooseWay, type InsertWay } from './choose-way.ts'
import { InsertBatch } from './insert-batch.ts'
import type { InsertsReport } from './load-inserts.ts'
import { readTarget } from './read-target.ts'

/** After a refusal batches begin this small, so that a table full of refused rows is not sent twice for nothing. */
const smallestBatchBytes = 8_192

/** One message of statements. Longer ones are no faster, and the server keeps the parse trees of all of it. */
const messageBytes = 65_536

/** Gathers INSERTs while the batch before is on its way. See loadInserts. */
export class InsertLoader {
  readonly #session: Session
  readonly #report: InsertsReport
  readonly #batchBytes: number
  #enoughBytes: number
  #gathering = new InsertBatch()
  #spare = new InsertBatch()
  #onItsWay: Promise<void> = Promise.resolve()
  /** Null until the session's settings are known (again). */
  #reader: InsertRowReader | null = null
  /** By the words before the rows. */
  readonly #ways = new Map<string, InsertWay>()
  #latest: { readonly head: InsertRows['head']; readonly way: InsertWay } | null = null
  #isInTransaction = false

  constructor(session: Session, report: InsertsReport, batchBytes: number) {
    this.#session = session
    this.#report = report
    this.#batchBytes = batchBytes
    this.#enoughBytes = batchBytes
  }

  async insert(entry: InsertEntry): Promise<void> {
    this.#reader ??= await this.#openReader()
    if (this.#isInTransaction || !(await this.#gather(entry, this.#reader))) {
      await this.settle()
      return this.#run(entry)
    }
    const enough = this.#gathering.way?.way === 'copy' ? this.#enoughBytes : Math.min(messageBytes, this.#enoughBytes)
    if (this.#gathering.bytes >= enough) await this.#send()
  }

  /** Runs a statement after all INSERTs before it. What was known of the session and its tables is then read again. */
  async statement(entry: StatementEntry): Promise<void> {
    await this.settle()
    const outcome = await this.#session.execute(entry.text)
    if (outcome.ok) this.#report.ran(entry)
    else this.#report.refused(entry, outcome.refusal)
    if (/^(?:BEGIN|START)\b/.test(entry.verb)) this.#isInTransaction = true
    if (/^(?:COMMIT|END|ROLLBACK|ABORT)\b/.test(entry.verb)) this.#isInTransaction = false
    this.#reader = null
    this.#latest = null
    this.#ways.clear()
  }

  /** Until everything so far is in. */
  async settle(): Promise<void> {
    await this.#send()
    await this.#onItsWay
  }

  /** Until nothing is on its way, whatever came of it. */
  async stop(): Promise<void> {
    await this.#onItsWay.catch(() => undefined)
  }

  /** False where the INSERT must be run on its own. */
  async #gather(entry: InsertEntry, reader: InsertRowReader): Promise<boolean> {
    let batch = this.#gathering
    const before = batch.copy.length
    const rows = reader.read(entry.text, batch.copy)
    if (rows === null) return false
    const way = await this.#wayOf(rows.head)
    if (rows.rows !== entry.rows || !fits(rows, way)) {
      batch.copy.length = before
      return false
    }
    if (batch.statements > 0 && batch.way !== way) {
      batch.copy.length = before
      await this.#send()
      batch = this.#gathering
      reader.read(entry.text, batch.copy)
    }
    batch.add(entry, way)
    return true
  }

  async #wayOf(head: InsertRows['head']): Promise<InsertWay> {
    if (this.#latest?.head === head) return this.#latest.way
    const key = head.bytes.toString('latin1')
    const way = this.#ways.get(key) ?? (await this.#chooseWay(head))
    this.#ways.set(key, way)
    this.#latest = { head, way }
    return way
  }

  async #chooseWay(head: InsertRows['head']): Promise<InsertWay> {
    // The catalogue is read in a transaction that is rolled back: no INSERT may get in between.
    await this.#onItsWay
    return chooseWay(head, await readTarget(this.#session, head.table))
  }

  async #openReader(): Promise<InsertRowReader> {
    const [row] = await this.#session.query(
      `SELECT pg_catalog.current_setting('standard_conforming_strings') AS strings`,
    )
    return new InsertRowReader({ standardStrings: row?.['strings'] === 'on' })
  }

  /** Sends what was gathered, as soon as the batch before it is in. */
  async #send(): Promise<void> {
    await this.#onItsWay
    const batch = this.#gathering
    if (batch.statements === 0) return
    this.#gathering = this.#spare
    this.#spare = batch
    this.#onItsWay = this.#load(batch)
    // A failure is thrown where it is awaited, which may be later than it happens.
    this.#onItsWay.catch(() => undefined)
  }

  async #load(batch: InsertBatch): Promise<void> {
    const { rows, bytes, way, table, statements } = batch
    if (table === null || way === null) return
    const startedMs = systemClock.monotonicMs()
    const outcome =
      way.way === 'copy'
        ? await this.#session.copyIn(Buffer.from(way.statement, 'latin1'), once(batch.copy.gathered))
        : await this.#session.execute(batch.text)
    if (outcome.ok) {
      this.#enoughBytes = Math.min(this.#batchBytes, 2 * this.#enoughBytes)
      // Each of several statements is counted by its own tag, of which only the last is known; all took all their rows.
      const rowsLoaded = way.way === 'copy' ? (outcome.rows ?? 0) : rows
      const ms = systemClock.monotonicMs() - startedMs
      this.#report.loaded({ table, rowsInDump: rows, rowsLoaded, bytes, statements, ms })
    } else {
      this.#enoughBytes = smallestBatchBytes
      for (const entry of batch.entries()) await this.#run(entry)
    }
    batch.clear()
  }

  async #run(entry: InsertEntry): Promise<void> {
    const startedMs = systemClock.monotonicMs()
    const outcome = await this.#session.execute(entry.text)
    this.#report.loaded({
      table: entry.table,
      rowsInDump: entry.rows,
      rowsLoaded: outcome.ok ? (outcome.rows ?? 0) : 0,
      bytes: entry.text.length,
      statements: outcome.ok ? 1 : 0,
      ms: systemClock.monotonicMs() - startedMs,
    })
    if (!outcome.ok) this.#report.refused(entry, outcome.refusal)
  }
}

/** Whether COPY reads these rows as the INSERT does. */
function fits({ arity, kinds, skipsConflicts }: InsertRows, { way, allowed, maySkipConflicts }: InsertWay): boolean {
  if (way === 'single' || arity !== allowed.length) return false
  if (skipsConflicts && (way !== 'copy' || !maySkipConflicts)) return false
  for (let column = 0; column < arity; column += 1) {
    if (((kinds[column] as number) & ~(allowed[column] as number)) !== 0) return false
  }
  return true
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
