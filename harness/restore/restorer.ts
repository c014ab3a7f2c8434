import { quoteIdentifier, systemClock } from '../core/index.ts'
import type { CopyEntry, DumpEntry, DumpPosition, InsertEntry, StatementEntry } from '../dump/index.ts'
import type { Refusal, Session } from '../postgres/index.ts'
import { batchStatements } from './batch-statements.ts'
import type { Deputy } from './deputy/deputy.ts'
import { DumpSession, opened } from './dump-session.ts'
import { adoptRole, alterRole } from './keep-roles.ts'
import type { LedgerBook } from './ledger-book.ts'
import { RefusalScribe, type Tried } from './refusal-scribe.ts'
import type { DumpFile, RestoreOptions } from './restore-dumps.ts'
import { skipReason, type SkipReason } from './skip-rules.ts'
import type { RestoreTarget } from './target.ts'

/** Runs one entry of a dump after the other on one session, and writes down what came of it. */
export class Restorer implements AsyncDisposable {
  readonly #server: RestoreTarget
  readonly #options: RestoreOptions
  readonly #book: LedgerBook
  readonly #session: DumpSession
  readonly #scribe: RefusalScribe
  readonly #deputy: Deputy

  constructor(server: RestoreTarget, options: RestoreOptions, book: LedgerBook, scribe: RefusalScribe, deputy: Deputy) {
    this.#server = server
    this.#options = options
    this.#book = book
    this.#session = new DumpSession(server, options.signal)
    this.#scribe = scribe
    this.#deputy = deputy
  }

  async run(entry: DumpEntry, file: DumpFile): Promise<void> {
    switch (entry.kind) {
      case 'statement':
        return this.#statement(entry, file)
      case 'insert':
        return this.#insert(entry, file)
      case 'copy':
        return this.#copy(entry, file)
      case 'connect':
        return this.#connect(entry.database, entry, file)
      case 'problem':
      case 'end':
        return undefined // said by the pass that read the dump before anything was started
      default:
        throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
    }
  }

  /** Statements in a row: many at a time where that leaves the same, each for itself where one of them is refused. */
  async statements(entries: readonly StatementEntry[], file: DumpFile): Promise<void> {
    for (const batch of batchStatements(entries)) {
      const isWatched = this.#deputy.watches(batch.map(({ verb }) => verb))
      const isLoaded =
        batch.length > 1 && !isWatched && !batch.some((entry) => this.#skip(entry)) && (await this.#batch(batch))
      if (!isLoaded) for (const entry of batch) await this.#statement(entry, file)
    }
  }

  async #batch(entries: readonly StatementEntry[]): Promise<boolean> {
    const session = await this.#open()
    const outcome = await session.execute(Buffer.concat(entries.flatMap(({ text }) => [text, newline])))
    if (!outcome.ok) return false
    for (const { verb, object } of entries) {
      this.#book.loaded(verb)
      if (verb === 'CREATE ROLE' && object !== null) await adoptRole(this.#server, object)
    }
    return true
  }

  /** The session that the dump's statements go through, opened if it was not yet. */
  async session(): Promise<Session> {
    return this.#open()
  }

  get database(): string {
    return this.#session.database
  }

  /** What the dump has set in its session so far, to be set in others. */
  get settings(): readonly Uint8Array[] {
    return this.#session.settings
  }

  /** The next statement begins a session of its own. */
  async leave(): Promise<void> {
    await this.#session.close()
  }

  async #open(): Promise<Session> {
    if (this.#session.current === null) {
      await this.#session.open(this.#options.database)
      this.#book.enterDatabase(this.#options.database)
    }
    return opened(this.#session.current)
  }

  /** A database that nobody made is made, so that what belongs into it is not restored into another. */
  async #connect(database: string, at: DumpPosition, file: DumpFile): Promise<void> {
    await this.#deputy.leave()
    if (!(await this.#session.open(database))) {
      const refusal = { ...noSuchDatabase, message: `database "${database}" does not exist` }
      const { offset, line } = at
      this.#scribe.refused({ offset, line, verb: 'CONNECT', object: database, text: Buffer.of() }, file.name, refusal)
      await this.#createInstead(database, '', at, file)
      await this.#session.open(database)
    }
    this.#book.enterDatabase(database)
  }

  async #statement(entry: StatementEntry, file: DumpFile): Promise<void> {
    const { verb, object, line } = entry
    const skip = this.#skip(entry)
    if (skip) {
      // What it brings is missing all the same.
      if (verb === 'CREATE EXTENSION' && object !== null) this.#book.missing.extension(object)
      this.#book.skipped.push({ file: file.name, line, verb, object, ...skip })
      return
    }
    await this.#open()
    if (object !== null && (verb === 'CREATE DATABASE' || verb === 'DROP DATABASE')) await this.#makeWay(verb, object)
    if (verb === 'CREATE SCHEMA' && object !== null) this.#book.missing.ownSchema(object)
    const session = opened(this.#session.current)
    const outcome = await this.#deputy.run(entry, session, this.database)
    if (outcome.ok) {
      this.#book.loaded(verb)
      if (verb === 'CREATE ROLE' && object !== null) await adoptRole(this.#server, object)
      if (verb.startsWith('SET') || verb === 'RESET' || verb === 'SELECT set_config')
        this.#session.remember(`${verb} ${object}`, entry.text)
      if (verb === 'CREATE DATABASE' && object !== null) this.#scribe.databases.delete(object)
      return
    }
    if (verb === 'ALTER ROLE' && (await alterRole(this.#server, entry.text.toString('utf8')))) {
      this.#book.loaded(verb)
      return
    }
    this.#scribe.refused(entry, file.name, outcome.refusal)
    if (verb === 'CREATE DATABASE' && object !== null && outcome.refusal.code !== duplicateDatabase) {
      await this.#createInstead(object, entry.text.toString('latin1'), entry, file)
    }
  }

  #skip(entry: StatementEntry): SkipReason | null {
    const { user: superuser } = this.#server.address
    const { database, provided } = this.#options
    return skipReason(entry, { superuser, platformDatabase: provided.size > 0 ? database : null, provided })
  }

  async #insert(entry: InsertEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.execute(entry.text)
    const ms = systemClock.monotonicMs() - startedMs
    this.#book.rows(entry.table, entry.rows, outcome.ok ? (outcome.rows ?? 0) : 0, entry.text.length, ms)
    if (outcome.ok) this.#book.loaded('INSERT')
    else this.#rowsRefused(entry, { ...tried(entry), verb: 'INSERT', text: entry.text }, file, outcome.refusal)
  }

  async #copy(entry: CopyEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.copyIn(entry.statement, entry.data)
    await entry.skip()
    const { rows, bytes } = entry.counted()
    this.#book.rows(
      entry.table,
      rows,
      outcome.ok ? (outcome.rows ?? 0) : 0,
      bytes,
      systemClock.monotonicMs() - startedMs,
    )
    if (outcome.ok) this.#book.loaded('COPY')
    else this.#rowsRefused(entry, { ...tried(entry), verb: 'COPY', text: entry.statement }, file, outcome.refusal)
  }

  #rowsRefused(entry: InsertEntry | CopyEntry, what: Tried, file: DumpFile, refusal: Refusal): void {
    this.#book.rowsRefused(entry.table, this.#scribe.refused(what, file.name, refusal))
  }

  /**
   * A dump that makes the very database that was made for it (`pg_dump --create`) makes it itself, with its own locale
   * and owner, unless the platform was laid into it.
   */
  async #makeWay(verb: string, database: string): Promise<void> {
    await this.#deputy.leave()
    await this.#session.stepAside(database)
    const isOurs = database === this.#options.database && this.#scribe.databases.has(database)
    if (verb !== 'CREATE DATABASE' || !isOurs || this.#options.provided.size > 0) return
    await opened(this.#session.current).query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`)
  }

  /** What can't be made as the dump says is made with the default locale, so that its content can be checked. */
  async #createInstead(database: string, statement: string, { line }: DumpPosition, file: DumpFile): Promise<void> {
    const encoding = /\bENCODING = '([A-Za-z0-9_-]+)'/.exec(statement)?.[1]
    await this.#server.createDatabase(database, encoding === undefined ? {} : { encoding })
    const reason = 'created with the default locale instead: the server could not make it as the dump says'
    this.#book.skipped.push({
      file: file.name,
      line,
      verb: 'CREATE DATABASE',
      object: database,
      reason,
      hostile: false,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
  }
}

const newline = Buffer.from('\n')
const duplicateDatabase = '42P04'
/** As the server would say it; the connection that it refuses says no more. */
const noSuchDatabase: Refusal = {
  code: '3D000',
  message: '',
  detail: null,
  schema: null,
  table: null,
  column: null,
  constraint: null,
}

function tried({ table, offset, line }: InsertEntry | CopyEntry): DumpPosition & { readonly object: string } {
  return { offset, line, object: `${table.schema}.${table.name}` }
}
