import { quoteIdentifier, systemClock } from '../core/index.ts'
import type { CopyEntry, DumpEntry, DumpPosition, InsertEntry, StatementEntry } from '../dump/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { Refusal, Session } from '../postgres/index.ts'
import { DumpSession, opened } from './dump-session.ts'
import type { LedgerBook } from './ledger-book.ts'
import { readMeaning } from './refusal-rules.ts'
import type { DumpFile, RestoreOptions } from './restore-dumps.ts'
import { skipReason } from './skip-rules.ts'
import type { RefusalMeaning } from './types.ts'

/** How much of a refused statement its meaning is read from. */
const readBytes = 65_536

/** What a refusal is about. */
interface Tried extends DumpPosition {
  readonly verb: string
  readonly object: string | null
  readonly text: Uint8Array
}

/** Runs one entry of a dump after the other, and writes down what came of it. */
export class Restorer implements AsyncDisposable {
  readonly #server: DisposableServer
  readonly #options: RestoreOptions
  readonly #book: LedgerBook
  readonly #session: DumpSession
  /** Databases that were there before the dump, still untouched by it. */
  readonly #databases: Set<string>

  constructor(server: DisposableServer, options: RestoreOptions, book: LedgerBook) {
    this.#server = server
    this.#options = options
    this.#book = book
    this.#session = new DumpSession(server, options.signal)
    this.#databases = new Set(['postgres', 'template1', options.database])
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
    if (!(await this.#session.open(database))) {
      const refusal = { ...noSuchDatabase, message: `database "${database}" does not exist` }
      const { offset, line } = at
      this.#refused({ offset, line, verb: 'CONNECT', object: database, text: Buffer.of() }, file, refusal)
      await this.#createInstead(database, '', at, file)
      await this.#session.open(database)
    }
    this.#book.enterDatabase(database)
  }

  async #statement(entry: StatementEntry, file: DumpFile): Promise<void> {
    const { verb, object, line } = entry
    const { user: superuser } = this.#server.address
    const { database, provided } = this.#options
    const skip = skipReason(entry, { superuser, platformDatabase: provided.size > 0 ? database : null })
    if (skip) {
      this.#book.skipped.push({ file: file.name, line, verb, object, ...skip })
      return
    }
    await this.#open()
    if (object !== null && (verb === 'CREATE DATABASE' || verb === 'DROP DATABASE')) await this.#makeWay(verb, object)
    if (verb === 'CREATE SCHEMA' && object !== null) this.#book.missing.ownSchema(object)
    const outcome = await opened(this.#session.current).execute(entry.text)
    if (outcome.ok) {
      this.#book.loaded(verb)
      if (verb.startsWith('SET') || verb === 'RESET' || verb === 'SELECT set_config')
        this.#session.remember(`${verb} ${object}`, entry.text)
      if (verb === 'CREATE DATABASE' && object !== null) this.#databases.delete(object)
      return
    }
    this.#refused(entry, file, outcome.refusal)
    if (verb === 'CREATE DATABASE' && object !== null && outcome.refusal.code !== duplicateDatabase) {
      await this.#createInstead(object, entry.text.toString('latin1'), entry, file)
    }
  }

  async #insert(entry: InsertEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.execute(entry.text)
    const ms = systemClock.monotonicMs() - startedMs
    this.#book.rows(entry, entry.rows, outcome.ok ? (outcome.rows ?? 0) : 0, entry.text.length, ms)
    if (outcome.ok) this.#book.loaded('INSERT')
    else this.#rowsRefused(entry, { ...tried(entry), verb: 'INSERT', text: entry.text }, file, outcome.refusal)
  }

  async #copy(entry: CopyEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.copyIn(entry.statement, entry.data)
    await entry.skip()
    const { rows, bytes } = entry.counted()
    this.#book.rows(entry, rows, outcome.ok ? (outcome.rows ?? 0) : 0, bytes, systemClock.monotonicMs() - startedMs)
    if (outcome.ok) this.#book.loaded('COPY')
    else this.#rowsRefused(entry, { ...tried(entry), verb: 'COPY', text: entry.statement }, file, outcome.refusal)
  }

  #rowsRefused(entry: InsertEntry | CopyEntry, what: Tried, file: DumpFile, refusal: Refusal): void {
    this.#book.rowsRefused(entry, this.#refused(what, file, refusal))
  }

  #refused({ verb, object, text, offset, line }: Tried, file: DumpFile, refusal: Refusal): RefusalMeaning {
    const { missing } = this.#book
    const { meaning, explanation } = readMeaning({
      verb,
      object,
      text: Buffer.from(text.subarray(0, readBytes)).toString(),
      refusal,
      superuser: this.#server.address.user,
      missing,
      provided: this.#options.provided,
      databases: this.#databases,
    })
    if (meaning === 'engine' && object !== null) {
      if (verb === 'CREATE EXTENSION') missing.extension(object)
      else if (verb.startsWith('CREATE ')) missing.victim(object)
    }
    this.#book.refused({ file: file.name, offset, line, verb, object, refusal, meaning, explanation })
    return meaning
  }

  /**
   * A dump that makes the very database that was made for it (`pg_dump --create`) makes it itself, with its own locale
   * and owner, unless the platform was laid into it.
   */
  async #makeWay(verb: string, database: string): Promise<void> {
    await this.#session.stepAside(database)
    const isOurs = database === this.#options.database && this.#databases.has(database)
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
