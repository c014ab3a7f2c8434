import type { SqlRunner } from '../../core/index.ts'

/** What a server that was named says of itself. Read only, before anything is written there. */
export interface ServerState {
  readonly version: string
  readonly major: number
  /** `pg_control_system()`; null where our login may not read it. */
  readonly systemIdentifier: string | null
  readonly isStandby: boolean
  readonly isReadOnly: boolean
  readonly login: string
  readonly isSuperuser: boolean
  readonly mayCreateDatabases: boolean
  readonly mayCreateRoles: boolean
  /** Of connections: what the login and the server have left. */
  readonly connectionsLeft: number
}

/** 13 to 18. */
const state = `
  SELECT pg_catalog.current_setting('server_version') AS version,
    pg_catalog.current_setting('server_version_num') AS number,
    pg_catalog.pg_is_in_recovery()::text AS standby,
    pg_catalog.current_setting('transaction_read_only') AS read_only,
    r.rolname AS login, r.rolsuper::text AS superuser, (r.rolcreatedb OR r.rolsuper)::text AS create_db, (r.rolcreaterole OR r.rolsuper)::text AS create_role,
    least(CASE WHEN r.rolconnlimit < 0 THEN NULL ELSE r.rolconnlimit - used.of_login END,
      pg_catalog.current_setting('max_connections')::bigint - pg_catalog.current_setting('superuser_reserved_connections')::bigint - used.of_all)::text AS connections,
    pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')::text AS may_read_identifier
  FROM pg_catalog.pg_roles AS r,
    (SELECT pg_catalog.count(*) FILTER (WHERE a.usename = session_user AND a.pid <> pg_catalog.pg_backend_pid()) AS of_login,
        pg_catalog.count(*) FILTER (WHERE a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()) AS of_all
      FROM pg_catalog.pg_stat_activity AS a) AS used
  WHERE r.rolname = session_user`

export async function lookAtServer(sql: SqlRunner): Promise<ServerState> {
  const [row] = await sql.query(state)
  const text = (name: string): string => row?.[name] ?? ''
  return {
    version: text('version'),
    major: Math.floor(Number(text('number')) / 10_000),
    systemIdentifier: text('may_read_identifier') === 'true' ? await readSystemIdentifier(sql) : null,
    isStandby: text('standby') === 'true',
    isReadOnly: text('read_only') === 'on',
    login: text('login'),
    isSuperuser: text('superuser') === 'true',
    mayCreateDatabases: text('create_db') === 'true',
    mayCreateRoles: text('create_role') === 'true',
    connectionsLeft: Number(text('connections')),
  }
}

async function readSystemIdentifier(sql: SqlRunner): Promise<string | null> {
  const [row] = await sql.query('SELECT system_identifier::text AS identifier FROM pg_catalog.pg_control_system()')
  return row?.['identifier'] ?? null
}
