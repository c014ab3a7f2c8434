import { readFile } from 'node:fs/promises'
import { quoteIdentifier } from '../../harness/core/index.ts'
import type { DisposableServer, Engine } from '../../harness/engine/index.ts'
import { startServer } from '../../harness/restore/testing/twins.ts'

/** What is the same in every new server, and what a dump could change beyond its own database. */
const sharedState = `
  SELECT pg_catalog.md5(pg_catalog.string_agg(line, '|' ORDER BY line)) AS state FROM (
    SELECT r::text FROM pg_catalog.pg_roles AS r
    UNION ALL SELECT m::text FROM pg_catalog.pg_auth_members AS m
    UNION ALL SELECT s::text FROM pg_catalog.pg_db_role_setting AS s
    UNION ALL SELECT t::text FROM pg_catalog.pg_tablespace AS t
    UNION ALL SELECT d.datname FROM pg_catalog.pg_database AS d) AS lines (line)`

/** One running server that many rehearsals use, one after the other: a new one costs more than a rehearsal. */
export class Lane implements AsyncDisposable {
  readonly #major: number
  #server: DisposableServer | null = null
  #state = ''
  /** How often a case left its server unfit for the next one. */
  renewals = 0

  constructor(major: number) {
    this.#major = major
  }

  /** An engine that hands the running server over, and keeps it when the rehearsal gives it back. */
  async engine(): Promise<Engine> {
    const server = await this.server()
    const lent = new Proxy(server, {
      get(target, name) {
        if (name === Symbol.asyncDispose) return async () => {}
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    return { kind: server.kind, lacks: async () => [], start: async () => lent }
  }

  async server(): Promise<DisposableServer> {
    if (this.#server) return this.#server
    const server = await startServer(this.#major)
    this.#server = server
    await using session = await server.connect('postgres')
    await session.query(await readFile(new URL('../../harness/facts/rich-database/roles.sql', import.meta.url), 'utf8'))
    const [row] = await session.query(sharedState)
    this.#state = row?.['state'] ?? ''
    return server
  }

  /** Whether a restored database is there to be looked at. */
  async holds(database: string): Promise<boolean> {
    if (!this.#server) return false
    await using session = await this.#server.connect('postgres')
    const rows = await session.query('SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1', [database])
    return rows.length > 0
  }

  /**
   * Makes the server as it was. Resolves to the sessions that the rehearsal left open. A server that has ended, or that
   * a case changed beyond its database, is replaced.
   */
  async clear(): Promise<number> {
    const server = this.#server
    if (!server) return 0
    try {
      await using session = await server.connect('postgres')
      const left = await sessionsLeft(session)
      const databases = await session.query(
        `SELECT datname FROM pg_catalog.pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')`,
      )
      for (const { datname } of databases) {
        await session.query(`DROP DATABASE ${quoteIdentifier(datname ?? '')} WITH (FORCE)`)
      }
      const [row] = await session.query(sharedState)
      if (row?.['state'] !== this.#state) await this.#renew()
      return left
    } catch (thrown) {
      // It ended under the case, which says so: the next one gets a new server.
      await this.#renew()
      if (!(thrown instanceof Error)) throw thrown
      return 0
    }
  }

  async #renew(): Promise<void> {
    this.renewals += 1
    const server = this.#server
    this.#server = null
    await server?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
    this.#server = null
  }
}

/** A session that was closed is gone from the server's list a moment later. */
const partingMs = 2_000

async function sessionsLeft(session: Awaited<ReturnType<DisposableServer['connect']>>): Promise<number> {
  const untilMs = performance.now() + partingMs
  for (;;) {
    const [row] = await session.query(
      `SELECT pg_catalog.count(*) AS left FROM pg_catalog.pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()`,
    )
    const left = Number(row?.['left'])
    if (left === 0 || performance.now() > untilMs) return left
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
