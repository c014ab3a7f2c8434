import { asFault, Fault, quoteIdentifier, quoteLiteral } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import { identifyProcess } from '../process-identity.ts'
import { leaseRole, scratchName, type ServerLease } from './lease.ts'
import type { ServerState } from './look-at-server.ts'
import { dropScratch, type Enter } from './drop-scratch.ts'
import { findStrangers, listRoles, waitForRoles } from './server-roles.ts'
import { sweepLeases } from './sweep-leases.ts'

const duplicateObject = '42710'

/** What one run has on a server, made and dropped over one session of its own: nobody else's text goes through that. */
export class Household {
  readonly run: string
  readonly state: ServerState
  readonly platformRoles: ReadonlySet<string>
  readonly #session: Session
  readonly #signal: AbortSignal
  readonly #enter: Enter
  #lease: ServerLease
  #existing: ReadonlySet<string>
  #turn: Promise<unknown> = Promise.resolve()
  #holdsRoles = false
  /** Real names by the dump's. */
  readonly #databases = new Map<string, string>()

  private constructor(
    session: Session,
    lease: ServerLease,
    {
      state,
      existing,
      signal,
      enter,
      platformRoles,
    }: Pick<OpenHousehold, 'state' | 'signal' | 'enter' | 'platformRoles'> & { existing: ReadonlySet<string> },
  ) {
    this.#session = session
    this.#lease = lease
    this.run = lease.run
    this.state = state
    this.#existing = existing
    this.#signal = signal
    this.#enter = enter
    this.platformRoles = platformRoles
  }

  /** Makes the role that holds the lease: the first thing that is written on the server. */
  static async open(session: Session, options: OpenHousehold): Promise<Household> {
    const owner = await identifyProcess(process.pid)
    if (owner === null) throw new Fault('E_DEFECT', 'this process is not to be found')
    const lease: ServerLease = {
      kind: 'rehearsal-lease',
      version: 1,
      run: options.run,
      owner,
      createdAt: new Date().toISOString(),
      kept: false,
      databases: [],
      roles: [],
    }
    const existing = await listRoles(session)
    const role = quoteIdentifier(leaseRole(options.run))
    await session.query(
      `BEGIN; CREATE ROLE ${role} NOLOGIN; COMMENT ON ROLE ${role} IS ${quoteLiteral(JSON.stringify(lease))}; COMMIT`,
    )
    return new Household(session, lease, { ...options, existing })
  }

  get lease(): ServerLease {
    return this.#lease
  }

  /** Null where there is no such database of ours. */
  realName(dumped: string): string | null {
    return this.#databases.get(dumped) ?? null
  }

  isOwnRole(name: string): boolean {
    return this.#lease.roles.some((role) => role.name === name)
  }

  /** There before us: the server's own, or another rehearsal's. */
  isExistingRole(name: string): boolean {
    return this.#existing.has(name) && !this.isOwnRole(name)
  }

  /** Of a platform that the dump is of: its own, or one of PostgreSQL's predefined ones. */
  isOfPlatform(name: string): boolean {
    return this.platformRoles.has(name) || (this.platformRoles.size > 0 && name.startsWith('pg_'))
  }

  get existingRoles(): ReadonlySet<string> {
    return this.#existing
  }

  /** `definition`: with that name in place of the real one. Refused as the server refuses it. */
  async createDatabase(dumped: string, definition: (name: string) => string): Promise<Outcome> {
    return this.#alone(async () => {
      const name = this.realName(dumped) ?? scratchName(this.run, dumped, new Set(this.#lease.databases))
      if (!this.#lease.databases.includes(name)) {
        if ((await this.#query('SELECT FROM pg_catalog.pg_database WHERE datname = $1', [name])).length > 0)
          throw new Fault('E_TARGET_NOT_EMPTY', `the server has a database ${name} already`, { hint: 'run again' })
        await this.#write({ ...this.#lease, databases: [...this.#lease.databases, name] })
      }
      const outcome = await this.#session.execute(definition(name))
      if (outcome.ok) {
        this.#databases.set(dumped, name)
        // Whoever else has a login there has no business in a copy of production.
        await this.#query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(name)} FROM PUBLIC`)
      }
      return outcome
    })
  }

  /** False where there was none. */
  async dropDatabase(dumped: string): Promise<boolean> {
    return this.#alone(async () => {
      const name = this.realName(dumped)
      if (name === null) return false
      await this.#query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`)
      this.#databases.delete(dumped)
      return true
    })
  }

  /** Without a login and without rights. Waits while another rehearsal has roles on this server. */
  async createRole(name: string): Promise<'made' | 'exists'> {
    return this.#alone(async () => {
      await this.#waitForRoles()
      if (this.#existing.has(name)) return 'exists'
      const role = quoteIdentifier(name)
      await this.#query('BEGIN')
      try {
        await this.#query(`CREATE ROLE ${role} NOLOGIN`)
        const [row] = await this.#query('SELECT oid::text AS oid FROM pg_catalog.pg_roles WHERE rolname = $1', [name])
        const lease = { ...this.#lease, roles: [...this.#lease.roles, { name, oid: row?.['oid'] ?? '' }] }
        await this.#write(lease, false)
        if (!this.state.isSuperuser) {
          const how = this.state.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : ''
          await this.#query(`GRANT ${role} TO ${quoteIdentifier(this.state.login)}${how}`)
        }
        await this.#query('COMMIT')
        this.#lease = lease
        return 'made'
      } catch (thrown) {
        await this.#query('ROLLBACK')
        if (asFault(thrown).facts['sqlstate'] !== duplicateObject) throw thrown
        this.#existing = new Set([...this.#existing, name])
        return 'exists'
      }
    })
  }

  /** One of our own statements about what is ours. */
  async execute(text: string): Promise<Outcome> {
    return this.#alone(() => this.#session.execute(text))
  }

  async hasTablespace(name: string): Promise<boolean> {
    const rows = await this.#alone(() => this.#query('SELECT FROM pg_catalog.pg_tablespace WHERE spcname = $1', [name]))
    return rows.length > 0
  }

  /** From now on nobody drops what the run has made. */
  async keep(): Promise<void> {
    await this.#alone(() => this.#write({ ...this.#lease, kept: true }))
  }

  /** On the session that makes and drops, which stands in no database of ours. */
  async work<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#alone(() => task(this.#session))
  }

  /** A clone gets a name like any other database. */
  async reserve(dumped: string): Promise<string> {
    return this.#alone(async () => {
      const name = scratchName(this.run, dumped, new Set(this.#lease.databases))
      await this.#write({ ...this.#lease, databases: [...this.#lease.databases, name] })
      this.#databases.set(dumped, name)
      return name
    })
  }

  /** Drops all of it, lease last. Names what could not be dropped; the next run on that server tries again. */
  async dropAll(session: Session = this.#session): Promise<readonly string[]> {
    return this.#alone(async () => {
      const left = await dropScratch(session, this.#lease, this.#enter)
      return [...left, ...(await findStrangers(session, this.#existing))]
    })
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {})
    await this.#session[Symbol.asyncDispose]()
  }

  async #waitForRoles(): Promise<void> {
    if (this.#holdsRoles) return
    await waitForRoles(this.#session, this.#signal)
    this.#holdsRoles = true
    // The one before us may have been killed a moment ago.
    await sweepLeases(this.#session, this.run, this.#enter)
    this.#existing = await listRoles(this.#session)
  }

  async #write(lease: ServerLease, keep = true): Promise<void> {
    const text = quoteLiteral(JSON.stringify(lease))
    await this.#query(`COMMENT ON ROLE ${quoteIdentifier(leaseRole(this.run))} IS ${text}`)
    if (keep) this.#lease = lease
  }

  async #query(text: string, values?: readonly string[]): ReturnType<Session['query']> {
    return this.#session.query(text, values)
  }

  /** One after the other: they share a session. */
  async #alone<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task, task)
    this.#turn = mine.catch(() => {})
    return mine
  }
}

interface OpenHousehold {
  readonly run: string
  readonly state: ServerState
  readonly signal: AbortSignal
  /** For what keeps a scratch database from being dropped. */
  readonly enter: Enter
  /** None where the dump is of no platform. */
  readonly platformRoles: ReadonlySet<string>
}
