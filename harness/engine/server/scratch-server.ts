import { asFault, Fault, quoteIdentifier, scrubLine, type Secret } from '../../core/index.ts'
import { cloneDatabase, connect, type ServerAddress, type Session } from '../../postgres/index.ts'
import { createDatabaseSql, type DatabaseShape } from '../create-database.ts'
import type { ForeignState } from '../foreign-state.ts'
import type { DisposableServer, Isolation, ServerLimits } from '../types.ts'
import type { Withheld } from './caller.ts'
import { GatedSession } from './gated-session.ts'
import type { Household } from './household.ts'
import { leaseRole } from './lease.ts'

/** Databases that a dump, or whoever steps aside for it, expects on every server. They are made when they are first entered. */
const maintenance: ReadonlySet<string> = new Set(['postgres', 'template1'])

export interface ScratchSeen {
  readonly url: Secret
  readonly address: ServerAddress
  /** Where our own session stands. */
  readonly home: string
  readonly isolation: Isolation
  readonly origin: string
  readonly startMs: number
  readonly limits: ServerLimits | undefined
}

/**
 * Scratch databases on a server that is somebody's, as a disposable server: the dump's names lead to ours, and to no
 * other. Disposing drops them, and the roles that were made for them.
 */
export class ScratchServer implements DisposableServer {
  readonly kind = 'server'
  readonly major: number
  readonly version: string
  readonly address: ServerAddress
  readonly isolation: Isolation
  readonly origin: string
  readonly startMs: number
  readonly limits: ServerLimits | undefined
  readonly foreign: ForeignState
  readonly #household: Household
  readonly #home: string
  readonly #withheld: Withheld = { roles: new Map(), grantsOnDatabase: new Set(), leftToPlatform: new Set() }
  #state: 'running' | 'kept' | 'disposed' = 'running'

  constructor(household: Household, seen: ScratchSeen) {
    const { major, version, login } = household.state
    this.#household = household
    this.#home = seen.home
    this.major = major
    this.version = version
    this.address = seen.address
    this.isolation = seen.isolation
    this.origin = seen.origin
    this.startMs = seen.startMs
    this.limits = seen.limits
    this.foreign = {
      login,
      databaseName: (name) => this.#requireName(name),
      hasDatabase: (name) => maintenance.has(name) || household.realName(name) !== null,
      isOwnRole: (name) => household.isOwnRole(name),
      isExistingRole: (name) => household.isExistingRole(name),
      platformRoles: household.platformRoles,
      leftToPlatform: this.#withheld.leftToPlatform,
      declaredRoles: this.#withheld.roles,
      grantsOnDatabase: this.#withheld.grantsOnDatabase,
    }
  }

  async connect(database: string, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    if (maintenance.has(database) && this.#household.realName(database) === null) await this.createDatabase(database)
    const name = this.#requireName(database)
    try {
      const session = await connect(this.address, name, options)
      return new GatedSession(session, this.#household, this.#withheld)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.kind !== 'environment' || fault.code === 'E_INTERRUPTED') throw thrown
      throw new Fault('E_ENGINE_START', fault.message, {
        hint: fault.hint ?? 'see whether the server still answers',
        cause: thrown,
      })
    }
  }

  async createDatabase(name: string, options: DatabaseShape = {}): Promise<void> {
    await this.#household.dropDatabase(name)
    const outcome = await this.#household.createDatabase(name, (real) => createDatabaseSql(this.major, real, options))
    if (outcome.ok) return
    const { code, message } = outcome.refusal
    throw new Fault('E_SQL', `${scrubLine(message)} (SQLSTATE ${code})`, { facts: { sqlstate: code } })
  }

  async cloneDatabase(from: string, to: string): Promise<void> {
    const source = this.#requireName(from)
    const name = await this.#household.reserve(to)
    await this.#household.work((session) => cloneDatabase(session, source, name))
  }

  async keep(database = 'postgres'): Promise<{ readonly connect: string; readonly stop: string }> {
    await this.#household.keep()
    this.#state = 'kept'
    const { lease } = this.#household
    const at = (name: string): string => `psql ${quoteShell(this.#words(name))}`
    const drops = [
      ...lease.databases.map((name) => `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`),
      ...[...lease.roles.map(({ name }) => name), leaseRole(lease.run)].map(
        (name) => `DROP ROLE IF EXISTS ${quoteIdentifier(name)}`,
      ),
    ]
    await this.#household.close()
    return {
      connect: at(this.#household.realName(database) ?? lease.databases[0] ?? this.#home),
      stop: `${at(this.#home)} ${drops.map((drop) => `-c ${quoteShell(drop)}`).join(' ')}`,
    }
  }

  async logTail(): Promise<string> {
    return 'the log of this server is its own: look there'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'disposed'
    try {
      await this.#dropAll()
    } finally {
      await this.#household.close()
    }
  }

  /** Over our own session, or where that has ended over a new one. */
  async #dropAll(): Promise<void> {
    try {
      await this.#requireDropped(await this.#household.dropAll())
    } catch (thrown) {
      if (asFault(thrown).code === 'E_SERVER_LEFTOVERS') throw thrown
      await using again = await connect(this.address, this.#home)
      await this.#requireDropped(await this.#household.dropAll(again))
    }
  }

  async #requireDropped(left: readonly string[]): Promise<void> {
    if (left.length === 0) return
    throw new Fault('E_SERVER_LEFTOVERS', `something of this rehearsal is still on the server: ${left.join('; ')}`, {
      hint: 'the next rehearsal on that server drops it; or drop it yourself',
    })
  }

  #requireName(database: string): string {
    const name = this.#household.realName(database)
    if (name !== null) return name
    throw new Fault('E_DEFECT', `database ${scrubLine(database)} of somebody's server was asked for`)
  }

  /** Without its password. */
  #words(database: string): string {
    const { host, port, user } = this.address
    return [`host=${host}`, `port=${port}`, `user=${user}`, `dbname=${database}`].map(quoteWord).join(' ')
  }
}

function quoteWord(word: string): string {
  const [key = '', value = ''] = word.split(/=(.*)/s)
  return /^[\w./:-]+$/.test(value) ? word : `${key}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
