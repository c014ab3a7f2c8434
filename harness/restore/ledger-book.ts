import type { QualifiedName } from '../dump/index.ts'
import { MissingExtensions } from './missing-extensions.ts'
import type {
  LoadedTable,
  OrphanedRows,
  RefusalMeaning,
  RefusedStatement,
  RestoreLedger,
  SkippedStatement,
} from './types.ts'

interface TableCount {
  readonly database: string
  readonly table: QualifiedName
  rowsInDump: number
  rowsLoaded: number
  bytes: number
  ms: number
  /** What its refused rows were refused for. */
  readonly meanings: Set<RefusalMeaning>
}

/**
 * Refusals that are written out, of each meaning. A dump of INSERTs into a table that isn't there is refused once a row:
 * the ledger must not grow with it, nor may harmless ones crowd out a loss.
 */
const listedRefusals = 10_000

/** Where a restore writes down what happened; closed into a {@link RestoreLedger}. */
export class LedgerBook {
  readonly #refused: RefusedStatement[] = []
  readonly #refusedByMeaning = new Map<RefusalMeaning, number>()
  readonly skipped: SkippedStatement[] = []
  readonly orphans: OrphanedRows[] = []
  readonly missing = new MissingExtensions()
  readonly #databases: string[] = []
  readonly #files: string[] = []
  readonly #loadedByVerb = new Map<string, number>()
  readonly #tables = new Map<string, TableCount>()
  #database = ''

  /** Refusals are listed in the order of the files, then of their statements, whatever order they came in. */
  enterFile(name: string): void {
    if (!this.#files.includes(name)) this.#files.push(name)
  }

  enterDatabase(name: string): void {
    this.#database = name
    if (!this.#databases.includes(name)) this.#databases.push(name)
  }

  refused(statement: RefusedStatement): void {
    const count = (this.#refusedByMeaning.get(statement.meaning) ?? 0) + 1
    this.#refusedByMeaning.set(statement.meaning, count)
    if (count <= listedRefusals) this.#refused.push(statement)
  }

  loaded(verb: string, statements = 1): void {
    if (statements > 0) this.#loadedByVerb.set(verb, (this.#loadedByVerb.get(verb) ?? 0) + statements)
  }

  rows(table: QualifiedName, rowsInDump: number, rowsLoaded: number, bytes: number, ms: number): void {
    const count = this.#count(table)
    count.rowsInDump += rowsInDump
    count.rowsLoaded += rowsLoaded
    count.bytes += bytes
    count.ms += ms
  }

  rowsRefused(table: QualifiedName, meaning: RefusalMeaning): void {
    this.#count(table).meanings.add(meaning)
  }

  #count(table: QualifiedName): TableCount {
    const database = this.#database
    const key = JSON.stringify([database, table.schema, table.name])
    const known = this.#tables.get(key)
    if (known) return known
    const count = {
      database,
      table,
      rowsInDump: 0,
      rowsLoaded: 0,
      bytes: 0,
      ms: 0,
      meanings: new Set<RefusalMeaning>(),
    }
    this.#tables.set(key, count)
    return count
  }

  #place(file: string): number {
    return this.#files.indexOf(file)
  }

  close(ms: number): RestoreLedger {
    const verbs = [...this.#loadedByVerb].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      databases: this.#databases,
      statementsLoaded: verbs.reduce((sum, [, count]) => sum + count, 0),
      loadedByVerb: Object.fromEntries(verbs),
      refused: this.#refused.toSorted((a, b) => this.#place(a.file) - this.#place(b.file) || a.offset - b.offset),
      refusedCount: [...this.#refusedByMeaning.values()].reduce((sum, count) => sum + count, 0),
      skipped: this.skipped.toSorted((a, b) => this.#place(a.file) - this.#place(b.file) || a.line - b.line),
      tables: [...this.#tables.values()].map(toLoadedTable).sort(byName),
      orphans: this.orphans,
      missingExtensions: this.missing.names,
      ms,
    }
  }
}

/** Tables are done in another order each time. */
function byName(a: LoadedTable, b: LoadedTable): number {
  const [one, other] = [a, b].map(({ database, schema, name }) => JSON.stringify([database, schema, name]))
  return (one ?? '') < (other ?? '') ? -1 : 1
}

function toLoadedTable({ database, table, meanings, ...counts }: TableCount): LoadedTable {
  const heldBack = meanings.size > 0 && !meanings.has('loss') && !meanings.has('harmless')
  return { database, schema: table.schema, name: table.name, ...counts, heldBack }
}
