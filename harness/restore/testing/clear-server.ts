import { quoteIdentifier, type SqlRunner } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'

/** Below it are the objects that initdb made: FirstNormalObjectId. */
const firstOwnOid = 16_384

/**
 * What a cluster has beside its databases, but for the passing of time: a line each. Privileges, owners and settings of
 * what initdb made are in the rows themselves; in `pg_shdepend` is whatever still hangs on a role, and in `pg_depend` what
 * somebody has made in the database that asks.
 */
const sharedState = `
  SELECT 'role ' || row_to_json(r)::text AS line FROM pg_catalog.pg_authid AS r
  UNION ALL SELECT 'member ' || row_to_json(m)::text FROM pg_catalog.pg_auth_members AS m
  UNION ALL SELECT 'setting ' || row_to_json(s)::text FROM pg_catalog.pg_db_role_setting AS s
  UNION ALL SELECT 'tablespace ' || row_to_json(t)::text FROM pg_catalog.pg_tablespace AS t
  UNION ALL SELECT 'comment ' || row_to_json(d)::text FROM pg_catalog.pg_shdescription AS d
  UNION ALL SELECT 'label ' || row_to_json(l)::text FROM pg_catalog.pg_shseclabel AS l
  UNION ALL SELECT 'origin ' || row_to_json(o)::text FROM pg_catalog.pg_replication_origin AS o
  UNION ALL SELECT 'dependency ' || row_to_json(d)::text FROM pg_catalog.pg_shdepend AS d
  UNION ALL SELECT 'in this one ' || count(*) FROM pg_catalog.pg_depend
  UNION ALL SELECT 'file ' || name || ' ' || setting FROM pg_catalog.pg_file_settings
  UNION ALL SELECT 'database ' || datname || ' of ' || datdba || ' ' || coalesce(datacl::text, '') || ' ' || datconnlimit
    || ' ' || datallowconn || ' ' || datistemplate FROM pg_catalog.pg_database
  ORDER BY line`

/** To be kept for {@link clearServer}, while nothing has happened to the server yet. */
export async function stateOfServer(server: DisposableServer): Promise<string> {
  await using session = await server.connect('postgres')
  return await stateOf(session)
}

/** Drops the databases and roles that were made since; throws where the cluster is not as it was then. */
export async function clearServer(server: DisposableServer, was: string): Promise<void> {
  await using session = await server.connect('postgres')
  const databases = await session.query(
    `SELECT datname AS name FROM pg_catalog.pg_database WHERE oid >= ${firstOwnOid}`,
  )
  for (const { name } of databases) await session.query(`DROP DATABASE ${quoteIdentifier(name ?? '')} WITH (FORCE)`)
  const roles = await session.query(`SELECT rolname AS name FROM pg_catalog.pg_roles WHERE oid >= ${firstOwnOid}`)
  const names = roles.map(({ name }) => quoteIdentifier(name ?? ''))
  if (names.length > 0) await session.query(`DROP ROLE ${names.join(', ')}`)
  const state = await stateOf(session)
  if (state !== was) throw new Error(`a server is not as it was:\n${state}\n\nIt was:\n${was}`)
}

async function stateOf(session: SqlRunner): Promise<string> {
  return (await session.query(sharedState)).map(({ line }) => line ?? '').join('\n')
}
