import { Fault, systemClock, type Progress } from '../core/index.ts'
import { openDump, type CopyEntry, type DumpEntry, type InsertEntry, type StatementEntry } from '../dump/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { Refusal, Session } from '../postgres/index.ts'
import { LedgerBook } from './ledger-book.ts'
import { readMeaning } from './refusal-rules.ts'
import { skipReason } from './skip-rules.ts'
import type { RestoreLedger } from './types.ts'

export interface RestoreOptions {
  /** Where statements go until the dump says `\connect`. It must exist. */
  readonly database: string
  /** Names of roles and schemas that were laid in beforehand to stand for the platform. */
  readonly provided: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Sum of the dumps' decompressed sizes, for the progress. */
  readonly totalBytes: number
}

export interface DumpFile {
  readonly path: string
  /** As reports call it. */
  readonly name: string
}

/**
 * Runs dumps, in the order given, into a disposable server, and writes down every statement that was loaded, refused or
 * left out. What the server refuses does not stop it (the report should say all that is damaged); a lost server, a full
 * disk or an interrupt throws.
 */
export async function restoreDumps(
  files: readonly DumpFile[],
  server: DisposableServer,
  options: RestoreOptions,
): Promise<RestoreLedger> {
  const startedMs = systemClock.monotonicMs()
  const book = new LedgerBook()
  await using restorer = new Restorer(server, options, book)
  let bytesBefore = 0
  options.progress.begin('restore', options.totalBytes)
  for (const file of files) {
    let offset = 0
    for await (const entry of openDump(file.path, { signal: options.signal })) {
      offset = entry.offset
      options.progress.advance(
        bytesBefore + offset,
        'table' in entry ? `${entry.table.schema}.${entry.table.name}` : file.name,
      )
      await restorer.run(entry, file)
    }
    bytesBefore += offset
    // Each file is a script of its own: the next one starts in a fresh session, as psql would.
    await restorer.leave()
  }
  return book.close(systemClock.monotonicMs() - startedMs)
}

class Restorer implements AsyncDisposable {
  readonly #server: DisposableServer
  readonly #options: RestoreOptions
  readonly #book: LedgerBook
  #session: Session | null = null

  constructor(server: DisposableServer, options: RestoreOptions, book: LedgerBook) {
    this.#server = server
    this.#options = options
    this.#book = book
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
        return this.enter(entry.database)
      case 'problem':
      case 'end':
        return undefined // said by the pass that read the dump before anything was started
      default:
        throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
    }
  }

  async enter(database: string): Promise<void> {
    await this.leave()
    this.#session = await this.#server.connect(database, { signal: this.#options.signal })
    this.#book.enterDatabase(database)
  }

  async leave(): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]()
    this.#session = null
  }

  async #open(): Promise<Session> {
    if (!this.#session) await this.enter(this.#options.database)
    if (!this.#session) throw new Fault('E_DEFECT', 'no session to restore into')
    return this.#session
  }

  async #statement(entry: StatementEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const skip = skipReason(entry, this.#server.address.user)
    if (skip) {
      this.#book.skipped.push({ file: file.name, line: entry.line, verb: entry.verb, object: entry.object, ...skip })
      return
    }
    const outcome = await session.execute(entry.text)
    if (outcome.ok) this.#book.loaded(entry.verb)
    else await this.#refused(entry, file, entry.verb, entry.object, outcome.refusal)
  }

  async #insert(entry: InsertEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.execute(entry.text)
    const ms = systemClock.monotonicMs() - startedMs
    this.#book.rows(entry, entry.rows, outcome.ok ? (outcome.rows ?? 0) : 0, entry.text.length, ms)
    if (outcome.ok) this.#book.loaded('INSERT')
    else await this.#refused(entry, file, 'INSERT', nameOf(entry), outcome.refusal)
  }

  async #copy(entry: CopyEntry, file: DumpFile): Promise<void> {
    const session = await this.#open()
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.copyIn(entry.statement, entry.data)
    await entry.skip()
    const { rows, bytes } = entry.counted()
    this.#book.rows(entry, rows, outcome.ok ? (outcome.rows ?? 0) : 0, bytes, systemClock.monotonicMs() - startedMs)
    if (outcome.ok) this.#book.loaded('COPY')
    else await this.#refused(entry, file, 'COPY', nameOf(entry), outcome.refusal)
  }

  async #refused(
    entry: StatementEntry | InsertEntry | CopyEntry,
    file: DumpFile,
    verb: string,
    object: string | null,
    refusal: Refusal,
  ): Promise<void> {
    const { superuser, provided } = { superuser: this.#server.address.user, provided: this.#options.provided }
    const { missingExtensions } = this.#book
    const { meaning, explanation } = readMeaning({ verb, object, refusal, superuser, missingExtensions, provided })
    if (meaning === 'engine' && verb === 'CREATE EXTENSION' && object) missingExtensions.add(object)
    this.#book.refused.push({
      file: file.name,
      offset: entry.offset,
      line: entry.line,
      verb,
      object,
      refusal,
      meaning,
      explanation,
    })
    if (verb === 'CREATE DATABASE' && object) await this.#createInstead(object, entry, file)
  }

  /** A database whose locale this machine lacks is made with the default one, so that its content can be checked. */
  async #createInstead(database: string, entry: { readonly line: number }, file: DumpFile): Promise<void> {
    await this.#server.createDatabase(database)
    const reason = 'created with the default locale instead: the server refused the one in the dump'
    this.#book.skipped.push({
      file: file.name,
      line: entry.line,
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

function nameOf(entry: InsertEntry | CopyEntry): string {
  return `${entry.table.schema}.${entry.table.name}`
}
