import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { literalKind, openDump, readInsertRows, type InsertEntry, type StatementEntry } from '../../../dump/index.ts'
import type { DisposableServer } from '../../../engine/index.ts'
import type { Session } from '../../../postgres/index.ts'
import { runTool, type ClientTools } from '../../testing/client-tools.ts'
import { firstDifference } from '../../testing/first-difference.ts'
import { restoreWithPsql } from '../../testing/stock-restore.ts'
import { startServer } from '../../testing/twins.ts'
import { loadInserts } from '../load-inserts.ts'

/** What became of one text, run by us and by psql. */
export interface TwinInserts {
  /** Where the two databases first differ; null when they are equal. */
  readonly difference: string | null
  /** Schemas whose tables hold other rows in ours than in psql's. */
  readonly differing: readonly string[]
  /** SQLSTATEs in order. */
  readonly refused: readonly string[]
  readonly psqlRefused: readonly string[]
  /** COPY blocks that were tried, and statements that were sent. */
  readonly copies: number
  readonly messages: number
  readonly rowsInDump: number
  readonly rowsLoaded: number
  /** INSERTs, loaded ones and refused ones. */
  readonly statements: number
}

/** Loads entries into a session, and says which were refused. */
export type Loader = (session: Session, entries: AsyncIterable<InsertEntry | StatementEntry>) => Promise<TwinLedger>
type TwinLedger = Pick<TwinInserts, 'refused' | 'rowsInDump' | 'rowsLoaded' | 'statements'>

const header = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n"

/** One server with a database of ours and one of psql's for each text. */
export class InsertTwins implements AsyncDisposable {
  readonly server: DisposableServer
  readonly tools: ClientTools
  readonly #folder: string
  #count = 0

  private constructor(server: DisposableServer, tools: ClientTools, folder: string) {
    this.server = server
    this.tools = tools
    this.#folder = folder
  }

  static async start(major: number, tools: ClientTools): Promise<InsertTwins> {
    return new InsertTwins(await startServer(major), tools, await mkdtemp(join(tmpdir(), 'insert-twins-')))
  }

  /** These statements, by `load` and by psql. */
  async run(statements: string, load: Loader = byLoadInserts()): Promise<TwinInserts> {
    return this.restore(await this.write(`${header}${statements}\n`), load)
  }

  async write(text: string | Buffer): Promise<string> {
    this.#count += 1
    const path = join(this.#folder, `${this.#count}.sql`)
    await writeFile(path, text)
    return path
  }

  /** A dump, by `load` and by psql. */
  async restore(path: string, load: Loader = byLoadInserts()): Promise<TwinInserts> {
    this.#count += 1
    const [ours, theirs] = [`ours_${this.#count}`, `theirs_${this.#count}`]
    for (const database of [ours, theirs]) await this.server.createDatabase(database)
    const stock = await restoreWithPsql(this.tools, this.server.address, theirs, path)
    if (stock.complaints.length > 0) throw new Error(stock.complaints.join('\n'))
    await using session = await this.server.connect(ours)
    const watched = new WatchedSession(session)
    const ledger = await load(watched, entriesOf(path))
    const { copies, messages } = watched
    const difference = firstDifference([await this.#describe(ours)], [await this.#describe(theirs)])
    const [mine, stocks] = [await this.#rows(ours), await this.#rows(theirs)]
    const differing = [...stocks.keys()].filter((schema) => mine.get(schema) !== stocks.get(schema))
    return { difference, differing, psqlRefused: stock.refused, copies, messages, ...ledger }
  }

  /** Every table's rows by schema, those that pg_dump leaves out (generated columns) included. */
  async #rows(database: string): Promise<ReadonlyMap<string, string>> {
    await using session = await this.server.connect(database)
    const rows = await session.query(`
      SELECT n.nspname AS schema, string_agg(query_to_xml(
        format('SELECT t::text AS r FROM %I.%I AS t ORDER BY r', n.nspname, c.relname), true, false, '')::text, c.relname ORDER BY c.relname) AS rows
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.oid >= 16384 GROUP BY n.nspname`)
    return new Map(rows.map((row) => [row['schema'] ?? '', row['rows'] ?? '']))
  }

  async #describe(database: string): Promise<{ readonly title: string; readonly text: Buffer }> {
    const { stdout } = await runTool(this.tools, 'pg_dump', ['-d', database], this.server.address)
    return {
      title: 'database',
      text: Buffer.from(stdout.toString('latin1').replaceAll(/^\\(?:un)?restrict .*$/gm, ''), 'latin1'),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Our loader, with its ledger. */
export function byLoadInserts(batchBytes?: number): Loader {
  return async (session, entries) => {
    const refused: string[] = []
    const sum = { rowsInDump: 0, rowsLoaded: 0, statements: 0 }
    await loadInserts(session, entries, {
      loaded: ({ rowsInDump, rowsLoaded, statements }) => {
        sum.rowsInDump += rowsInDump
        sum.rowsLoaded += rowsLoaded
        sum.statements += statements
      },
      refused: (entry, { code }) => {
        refused.push(code)
        if (entry.kind === 'insert') sum.statements += 1
      },
      ran: () => undefined,
      ...(batchBytes === undefined ? {} : { batchBytes }),
    })
    return { refused, ...sum }
  }
}

/** The mutant: COPY whatever can be said as COPY, without a look at the table. */
export const byCopyAlone: Loader = async (session, entries) => {
  const blocks = new Map<string, Buffer[]>()
  const flush = async (): Promise<void> => {
    for (const [statement, texts] of blocks) await session.copyIn(Buffer.from(statement, 'latin1'), chunksOf(texts))
    blocks.clear()
  }
  for await (const entry of entries) {
    const found = entry.kind === 'insert' ? readInsertRows(entry.text, { standardStrings: true }) : null
    if (found === null) {
      await flush()
      await session.execute(entry.text)
    } else {
      const { table, columns } = found.head
      const left = columns?.filter((_, index) => found.kinds[index] !== literalKind.default)
      const statement = `COPY ${table}${left ? ` (${left.join(', ')})` : ''} FROM stdin;`
      blocks.set(statement, [...(blocks.get(statement) ?? []), found.copy])
    }
  }
  await flush()
  return { refused: [], rowsInDump: 0, rowsLoaded: 0, statements: 0 }
}

async function* chunksOf(texts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* texts
}

async function* entriesOf(path: string): AsyncGenerator<InsertEntry | StatementEntry> {
  for await (const entry of openDump(path)) {
    if (entry.kind === 'insert' || entry.kind === 'statement') yield entry
  }
}

/** Counts what a real session is asked for. */
class WatchedSession implements Session {
  copies = 0
  messages = 0
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  readonly query: Session['query'] = (...all) => this.#session.query(...all)

  readonly execute: Session['execute'] = (...all) => {
    this.messages += 1
    return this.#session.execute(...all)
  }

  readonly copyIn: Session['copyIn'] = (...all) => {
    this.copies += 1
    return this.#session.copyIn(...all)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The session is its owner's.
  }
}
