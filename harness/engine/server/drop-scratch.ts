import { Fault, quoteIdentifier, scrubLine, type SqlRunner } from '../../core/index.ts'
import { leaseRole, type ServerLease } from './lease.ts'

/**
 * Drops the databases and roles of a lease, and then the lease. Answers what could not be dropped, and why: then the
 * lease stays, and with it the duty.
 */
export async function dropScratch(session: SqlRunner, lease: ServerLease): Promise<readonly string[]> {
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
  for (const name of lease.databases) await drop(`database ${name}`, () => dropDatabase(session, name))
  for (const { name, oid } of lease.roles) await drop(`role ${name}`, () => dropRole(session, name, oid))
  if (left.length === 0) {
    await drop(`role ${leaseRole(lease.run)}`, () =>
      session.query(`DROP ROLE IF EXISTS ${quoteIdentifier(leaseRole(lease.run))}`),
    )
  }
  return left
}

async function dropDatabase(session: SqlRunner, name: string): Promise<void> {
  const [row] = await session.query(
    'SELECT datistemplate::text AS template FROM pg_catalog.pg_database WHERE datname = $1',
    [name],
  )
  if (!row) return
  if (row['template'] === 'true') await session.query(`ALTER DATABASE ${quoteIdentifier(name)} IS_TEMPLATE false`)
  await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`)
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

const dependentObjects = '2BP01'
