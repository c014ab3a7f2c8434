import type { SqlRunner } from '../core/index.ts'
import type { ServerFacts } from './types.ts'

export async function readServer(sql: SqlRunner): Promise<ServerFacts> {
  const [row] = await sql.query(`
    SELECT pg_catalog.current_setting('server_version') AS version,
      pg_catalog.current_setting('server_version_num') AS number,
      d.datname AS database, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collation, d.datctype AS ctype,
      pg_catalog.pg_database_size(d.oid) AS bytes,
      pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')::text AS may_read_identifier
    FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`)
  const text = (name: string): string => row?.[name] ?? ''
  return {
    version: text('version'),
    major: Math.floor(Number(text('number')) / 10_000),
    database: text('database'),
    encoding: text('encoding'),
    collation: text('collation'),
    ctype: text('ctype'),
    systemIdentifierHash: text('may_read_identifier') === 'true' ? await hashSystemIdentifier(sql) : null,
    databaseBytes: text('bytes'),
  }
}

async function hashSystemIdentifier(sql: SqlRunner): Promise<string | null> {
  const [row] = await sql.query(
    `SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat('rehearsal ', c.system_identifier), 'UTF8')), 'hex') AS hash
      FROM pg_catalog.pg_control_system() AS c`,
  )
  return row?.['hash'] ?? null
}
