import { Fault, quoteIdentifier, scrubLine, type SqlRunner } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import { leaseRole, type ServerLease } from './lease.ts'

/** Opens a session in a scratch database. */
export type Enter = (database: string) => Promise<Session>

/**
 * Drops the databases and roles of a lease, and then the lease. Answers what could not be dropped, and why: then the
 * lease stays, and with it the duty.
 */
export async function dropScratch(session: SqlRunner, lease: ServerLease, enter: Enter): Promise<readonly string[]> {
  const left: string[] = []
  const drop = async (what: string, task: () => Promise<unknown>): Promise<void> => {
    try {
      await task()
    } catch (thrown) {
      // A lost connection is no refusal: over another one it may go well.
      if (!(thrown instanceof Fault) || thrown.code !== 'E_SQL') throw thrown
      left.push(`${what}: ${scrubLine(thrown.message)}`)
    }
  }
  for (const name of lease.databases) await drop(`database ${name}`, () => dropDatabase(session, name, enter))
  for (const { name, oid } of lease.roles) await drop(`role ${name}`, () => dropRole(session, name, oid))
  if (left.length === 0) {
    await drop(`role ${leaseRole(lease.run)}`, () =>
      session.query(`DROP ROLE IF EXISTS ${quoteIdentifier(leaseRole(lease.run))}`),
    )
  }
  return left
}

async function dropDatabase(session: SqlRunner, name: string, enter: Enter): Promise<void> {
  const [row] = await session.query(
    'SELECT datistemplate::text AS template FROM pg_catalog.pg_database WHERE datname = $1',
    [name],
  )
  if (!row) return
  if (row['template'] === 'true') await session.query(`ALTER DATABASE ${quoteIdentifier(name)} IS_TEMPLATE false`)
  const drop = `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`
  try {
    await session.query(drop)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.facts['sqlstate'] !== objectInUse) throw thrown
    await dropSubscriptions(name, enter)
    await session.query(drop)
  }
}

/** They keep a database from being dropped. Ours have never been connected: there is no slot on the other side. */
async function dropSubscriptions(database: string, enter: Enter): Promise<void> {
  await using session = await enter(database)
  const rows = await session.query(
    `SELECT s.subname AS name FROM pg_catalog.pg_subscription AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
     WHERE d.datname = pg_catalog.current_database()`,
  )
  for (const { name } of rows) {
    const subscription = quoteIdentifier(name ?? '')
    await session.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`)
    await session.query(`ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`)
    await session.query(`DROP SUBSCRIPTION ${subscription}`)
  }
}

/** That very role, not one of its name that somebody made later. */
async function dropRole(session: SqlRunner, name: string, oid: string): Promise<void> {
  const rows = await session.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND oid = $2::pg_catalog.oid', [
    name,
    oid,
  ])
  if (rows.length === 0) return
  const role = quoteIdentifier(name)
  try {
    await session.query(`DROP ROLE ${role}`)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.facts['sqlstate'] !== dependentObjects) throw thrown
    // Its databases are gone: what is left are privileges on what the server shares. It owns nothing else.
    await session.query(`DROP OWNED BY ${role}`)
    await session.query(`DROP ROLE ${role}`)
  }
}

const [dependentObjects, objectInUse] = ['2BP01', '55006']
