import { asFault, Fault } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'
import type { RestoreTarget } from './target.ts'

/** Where a session waits while the database it was in is dropped or made. Every cluster has it. */
const maintenanceDatabase = 'template1'
const otherMaintenanceDatabase = 'postgres'

/** The connection that a dump's statements go through, as psql has one: replaced by each `\connect`. */
export class DumpSession implements AsyncDisposable {
  readonly #server: RestoreTarget
  readonly #signal: AbortSignal
  #session: Session | null = null
  #database = ''
  /** What the dump has SET in this session, the latest of each, to be set again where it has to step aside. */
  #settings = new Map<string, Uint8Array>()

  constructor(server: RestoreTarget, signal: AbortSignal) {
    this.#server = server
    this.#signal = signal
  }

  /** Null until something was opened. */
  get current(): Session | null {
    return this.#session
  }

  get database(): string {
    return this.#database
  }

  get settings(): readonly Uint8Array[] {
    return [...this.#settings.values()]
  }

  /** A fresh session, as after `\connect`. False where there is no such database; the session is then none. */
  async open(database: string): Promise<boolean> {
    await this.close()
    if (this.#server.foreign?.hasDatabase(database) === false) return false
    try {
      this.#session = await this.#server.connect(database, { signal: this.#signal })
    } catch (thrown) {
      if (asFault(thrown).code === 'E_ENGINE_START' && !(await this.#exists(database))) return false
      throw thrown
    }
    this.#database = database
    return true
  }

  remember(name: string, statement: Uint8Array): void {
    // Deleted first, so that the order stays that of the dump.
    this.#settings.delete(name)
    this.#settings.set(name, statement)
  }

  /** Out of a database that is about to be dropped or made, with the session's settings. */
  async stepAside(database: string): Promise<void> {
    if (this.#session === null || this.#database !== database) return
    const settings = this.#settings
    await this.open(database === maintenanceDatabase ? otherMaintenanceDatabase : maintenanceDatabase)
    for (const setting of settings.values()) await this.#session.execute(setting)
    this.#settings = settings
  }

  async close(): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]()
    this.#session = null
    this.#settings = new Map()
  }

  async #exists(database: string): Promise<boolean> {
    await using session = await this.#server.connect(maintenanceDatabase, { signal: this.#signal })
    const rows = await session.query('SELECT FROM pg_catalog.pg_database WHERE datname = $1', [database])
    return rows.length > 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What must be open by now. */
export function opened(session: Session | null): Session {
  if (session === null) throw new Fault('E_DEFECT', 'no session to restore into')
  return session
}
