import { Fault, scrubLine, type SqlRunner } from '../../core/index.ts'
import type { SourceTable } from './types.ts'

/** What a backup has to know of its source before anything is written. */
export interface SourceSurvey {
  readonly database: string
  readonly serverVersion: string
  readonly major: number
  /** pg_database_size. */
  readonly databaseBytes: number
  /** The same without indexes, as far as the last ANALYZE knows them: about what a dump holds before it is compressed. */
  readonly tableBytes: number
  /** It is a standby, and so far behind, in seconds; null on a primary, or where nothing was replayed yet. */
  readonly standby: { readonly lagSeconds: number | null } | null
  readonly role: string
  /** It may read the hashes of passwords: a dump of the roles holds them. */
  readonly mayReadPasswords: boolean
  /** By its roles, a Supabase project. */
  readonly isSupabase: boolean
  /** Supabase's own schemas that the role may not read, and that hold nothing of the project's: left out. */
  readonly leftOut: readonly string[]
}

/**
 * Looks the source over. Refused are a pooler that gives each statement another backend (`E_PRODUCTION_POOLER`), and a
 * role that may not read every row and definition (`E_SOURCE_RIGHTS`): its dump would be short and look whole.
 */
export async function surveySource(sql: SqlRunner): Promise<SourceSurvey> {
  await refusePooler(sql)
  const [row] = await sql.query(`
    SELECT d.datname AS database, session_user AS role,
      pg_catalog.current_setting('server_version') AS version,
      pg_catalog.current_setting('server_version_num') AS number,
      pg_catalog.pg_database_size(d.oid) AS bytes,
      -- A table's own size would wait for whoever has the table to himself.
      (SELECT pg_catalog.sum(c.relpages::bigint) * pg_catalog.current_setting('block_size')::bigint
        FROM pg_catalog.pg_class AS c WHERE c.relkind = 'i') AS index_bytes,
      pg_catalog.pg_is_in_recovery()::text AS standby,
      pg_catalog.round(EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp())::numeric, 1) AS lag,
      pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')::text AS passwords,
      (SELECT pg_catalog.count(*) = 3 FROM pg_catalog.pg_roles AS r
        WHERE r.rolname IN ('anon', 'authenticated', 'supabase_auth_admin'))::text AS supabase
    FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`)
  const text = (name: string): string => row?.[name] ?? ''
  const leftOut = await findUnread(sql, text('role'), text('supabase') === 'true' ? platformInternal : [])
  return {
    database: text('database'),
    serverVersion: text('version'),
    major: Math.floor(Number(text('number')) / 10_000),
    databaseBytes: Number(text('bytes')),
    tableBytes: Math.max(0, Number(text('bytes')) - Number(text('index_bytes'))),
    standby: text('standby') === 'true' ? { lagSeconds: row?.['lag'] ? Number(row['lag']) : null } : null,
    role: text('role'),
    mayReadPasswords: text('passwords') === 'true',
    isSupabase: text('supabase') === 'true',
    leftOut,
  }
}

/** Each statement asks the same backend for what the first one set; several times, for a pooler may give the same by chance. */
async function refusePooler(sql: SqlRunner): Promise<void> {
  await sql.query(`SELECT pg_catalog.set_config('rehearsal.mark', 'ours', false)`)
  const backends = new Set<string>()
  for (let asked = 0; asked < 5; asked += 1) {
    const [row] = await sql.query(
      `SELECT pg_catalog.concat(pg_catalog.pg_backend_pid(), ' ', pg_catalog.current_setting('rehearsal.mark', true)) AS backend`,
    )
    backends.add(row?.['backend'] ?? '')
  }
  const [only = ''] = backends
  if (backends.size === 1 && only.endsWith(' ours')) return
  throw new Fault('E_PRODUCTION_POOLER', 'the connection leads to another backend with each statement', {
    hint: 'use the direct connection or a session-mode pooler: a snapshot needs one session',
  })
}

/** What pg_dump reads the rows of: all but the system's own and what extensions bring. */
const dumped = `
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e'
      AND (d.classid, d.objid) IN (('pg_catalog.pg_class'::pg_catalog.regclass, c.oid), ('pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid)))`

/** Of Supabase's schemas those with the platform's own state. `auth` and `storage` are not among them: users live there. */
export const platformInternal: readonly string[] = [
  '_analytics',
  '_realtime',
  '_supavisor',
  'etl',
  'extensions',
  'graphql',
  'graphql_public',
  'net',
  'pgbouncer',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'realtime',
  'supabase_functions',
  'vault',
]

async function findUnread(sql: SqlRunner, role: string, mayLack: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query(`
    SELECT n.nspname AS schema, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
      CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN 'no USAGE on its schema'
        WHEN c.relkind = 'S' AND NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT') THEN 'no SELECT'
        WHEN c.relkind <> 'S' AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'no SELECT'
        ELSE 'row security hides rows' END AS why
    ${dumped} AND c.relkind IN ('r', 'p', 'S')
      AND (NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        OR CASE c.relkind WHEN 'S' THEN NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
          ELSE NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.row_security_active(c.oid) END)
    ORDER BY 2`)
  const wrong = rows.filter(({ schema }) => !mayLack.includes(schema ?? ''))
  if (wrong.length === 0) return [...new Set(rows.map(({ schema }) => schema ?? ''))]
  const named = wrong.slice(0, 5).map(({ name, why }) => `${scrubLine(name ?? '', 80)} (${why})`)
  const more = wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''
  throw new Fault('E_SOURCE_RIGHTS', `${role} may not read all of the database: ${named.join(', ')}${more}`, {
    hint: `back up with a superuser, or: GRANT pg_read_all_data TO ${role}; ALTER ROLE ${role} BYPASSRLS`,
  })
}

/** The tables to be locked: what pg_dump locks too. In order, so that two backups take them in the same one. */
export async function listTables(sql: SqlRunner, leftOut: readonly string[]): Promise<readonly SourceTable[]> {
  const rows = await sql.query(
    `SELECT c.oid AS oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind ${dumped}
      AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' ORDER BY c.oid`,
  )
  return rows
    .filter(({ schema }) => !leftOut.includes(schema ?? ''))
    .map((row) => ({
      oid: row['oid'] ?? '',
      schema: row['schema'] ?? '',
      name: row['name'] ?? '',
      kind: row['kind'] ?? '',
    }))
}
