import { Fault, quoteQualified, Secret, type Row, type SqlRunner } from '../core/index.ts'
import { connect, openProduction, type Session } from '../postgres/index.ts'
import type { SpecContext } from '../run/index.ts'
import { rehearsal } from './context.ts'

/** How long one query of a spec may take, so that a restored function that never ends does not hang the rehearsal. */
export const statementTimeoutMs = 60_000

/** The restored copy, for a spec's own queries: each runs in a read-only transaction that is rolled back. */
export class RestoredDatabase implements SqlRunner, AsyncDisposable {
  #session: Session
  /** Null once it is over: what a spec didn't wait for fails at once, while somebody still hears it. */
  #reopen: (() => Promise<Session>) | null

  /** `reopen`: where sessions may be ended, for a copy to be made (`scratch`). What was asked is then asked again. */
  constructor(session: Session, reopen: (() => Promise<Session>) | null = null) {
    this.#session = session
    this.#reopen = reopen
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    return this.#readOnly(async (session) => session.query(text, values))
  }

  async #readOnly(ask: (session: Session) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    try {
      return await rolledBack(this.#session, ask)
    } catch (thrown) {
      if (this.#reopen === null || !(thrown instanceof Fault) || thrown.code !== 'E_ENGINE_CRASHED') throw thrown
      await this.#session[Symbol.asyncDispose]()
      this.#session = await this.#reopen()
      if (this.#reopen === null) {
        await this.#session[Symbol.asyncDispose]()
        throw thrown
      }
      return rolledBack(this.#session, ask)
    }
  }

  /** Rows of a table, `schema.name` or a name in `public`, counted now. */
  async countRows(table: string): Promise<number> {
    const [schema, name] = table.includes('.') ? splitOnce(table) : ['public', table]
    const [row] = await this.query(`select pg_catalog.count(*) as rows from ${quoteQualified(schema, name)}`)
    return Number(row?.['rows'])
  }

  /** As an application's role sees it: `set role`, with the claims that Supabase's policies read. */
  async queryAs(role: string, text: string, claims: Readonly<Record<string, unknown>> = {}): Promise<readonly Row[]> {
    return this.#readOnly(async (session) => {
      await session.query(
        "select pg_catalog.set_config('request.jwt.claims', $1, true), pg_catalog.set_config('role', $2, true)",
        [JSON.stringify(claims), role],
      )
      return session.query(text)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reopen = null
    await this.#session[Symbol.asyncDispose]()
  }
}

async function rolledBack(
  session: Session,
  ask: (session: Session) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  await session.query('begin transaction isolation level repeatable read read only')
  try {
    return await ask(session)
  } finally {
    await session.query('rollback')
  }
}

function splitOnce(qualified: string): [string, string] {
  const dot = qualified.indexOf('.')
  return [qualified.slice(0, dot), qualified.slice(dot + 1)]
}

/** Throws `E_ENGINE_UNAVAILABLE` when nothing was restored: a spec that needs the database then fails, it never passes. */
export async function openRestored(): Promise<RestoredDatabase> {
  return new RestoredDatabase(await openSession(), openSession)
}

/** To what was restored: the run's spec context says where it is. */
export function whereRestored(): NonNullable<SpecContext['restored']> {
  const { restored } = rehearsal()
  if (!restored) throw new Fault('E_ENGINE_UNAVAILABLE', 'nothing was restored', { hint: 'see the reasons above' })
  return restored
}

async function openSession(): Promise<Session> {
  const { address, database, url } = whereRestored()
  const reached = url ? { ...address, url: new Secret(url.url, url.source) } : address
  const session = await connect(reached, database, { applicationName: 'rehearse spec' })
  // Read-only beyond each query's own transaction too: a spec may end that one by its text.
  await session.query(`set statement_timeout = ${statementTimeoutMs}`)
  await session.query('set default_transaction_read_only = on')
  return session
}

/** Production, read-only; null where the config names none. */
export async function openProductionForSpecs(): Promise<RestoredDatabase | null> {
  const { productionUrl } = rehearsal()
  return productionUrl
    ? new RestoredDatabase(await openProduction(new Secret(productionUrl.url, productionUrl.source)))
    : null
}
