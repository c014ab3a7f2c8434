import { quoteIdentifier, quoteLiteral } from '../../core/index.ts'
import { connect, dropDatabase, type ServerAddress, type Session } from '../../postgres/index.ts'
import { createDatabase } from '../create-database.ts'

/** As the official images let in: everybody inside, and by password from outside. The socket's folder is closed. */
const whoMayLogIn = 'local all all trust\nhost all all all scram-sha-256\n'
const stepName = 'rehearsal_renames'

/** What an image's server needs to be made like any other. */
export interface ShapedServer {
  /** With the superuser that the image made. */
  readonly address: ServerAddress
  readonly major: number
  /** What the dump's bootstrap superuser is called. */
  readonly superuser: string
  /** Writes a file inside, whoever owns it. */
  readonly write: (path: string, text: string) => Promise<void>
}

/**
 * Takes from a platform's image what its init scripts made: databases, roles, their own superuser and their rules of who
 * may log in. A dump brings all of it along, as it was in production; what an image adds (extensions, libraries) stays.
 * So one backup meets the same empty server in every engine. Resolves to the address with the dump's superuser.
 */
export async function makeVanilla(server: ShapedServer): Promise<ServerAddress> {
  {
    await using session = await connect(server.address, 'template1', { applicationName: 'rehearse start' })
    const [row] = await session.query("SELECT pg_catalog.current_setting('hba_file') AS path")
    if (row?.['path']) await server.write(row['path'], whoMayLogIn)
    await session.query('SELECT pg_catalog.pg_reload_conf()')
    await dropDatabases(session, server.major)
    await dropRoles(session)
  }
  return renameSuperuser(server)
}

async function dropDatabases(session: Session, major: number): Promise<void> {
  const made = await session.query(
    "SELECT d.datname AS name FROM pg_catalog.pg_database AS d WHERE d.datname NOT IN ('template0', 'template1', 'postgres')",
  )
  for (const { name } of made) {
    if (!name) continue
    await session.query(`ALTER DATABASE ${quoteIdentifier(name)} IS_TEMPLATE false`)
    await dropDatabase(session, name)
  }
  await createDatabase(session, major, 'postgres')
}

async function dropRoles(session: Session): Promise<void> {
  const made = await session.query(
    "SELECT r.rolname AS name FROM pg_catalog.pg_roles AS r WHERE r.oid <> 10 AND r.rolname !~ '^pg_'",
  )
  const names = made.flatMap(({ name }) => (name ? [quoteIdentifier(name)] : [])).join(', ')
  if (names === '') return
  await session.query(`DROP OWNED BY ${names} CASCADE`)
  await session.query(`DROP ROLE ${names}`)
  await session.query('ALTER ROLE CURRENT_USER RESET ALL')
}

/** Nobody renames the role they came as: somebody else does. The password stays, for it is not hashed with the name. */
async function renameSuperuser({ address, superuser }: ShapedServer): Promise<ServerAddress> {
  if (address.user === superuser) return address
  const password = quoteLiteral(address.password ?? '')
  {
    await using session = await connect(address, 'template1', { applicationName: 'rehearse start' })
    await session.query("SET password_encryption = 'scram-sha-256'")
    await session.query(`CREATE ROLE ${stepName} SUPERUSER LOGIN PASSWORD ${password}`)
  }
  {
    await using session = await connect({ ...address, user: stepName }, 'template1')
    await session.query(`ALTER ROLE ${quoteIdentifier(address.user)} RENAME TO ${quoteIdentifier(superuser)}`)
  }
  const renamed = { ...address, user: superuser }
  await using session = await connect(renamed, 'template1', { applicationName: 'rehearse start' })
  await session.query(`DROP ROLE ${stepName}`)
  return renamed
}
