import { quoteLiteral, type SqlRunner } from '../../core/index.ts'

/**
 * Predefined roles that reach no further than the database and what is told of it. Not among them: those that read
 * files, write them, start programs, or connect to other servers.
 * https://www.postgresql.org/docs/current/predefined-roles.html
 */
export const harmlessRoles = [
  'pg_checkpoint',
  'pg_maintain',
  'pg_monitor',
  'pg_read_all_data',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_signal_backend',
  'pg_stat_scan_tables',
  'pg_use_reserved_connections',
  'pg_write_all_data',
] as const

const listed = harmlessRoles.map(quoteLiteral).join(', ')

/**
 * Whether neither the role nor any that it is a member of, through however many others, is a superuser or a predefined
 * role that is not known to be harmless. False where there is no such role.
 */
export async function isSafeRole(admin: SqlRunner, role: string): Promise<boolean> {
  const [row] = await admin.query(
    `WITH RECURSIVE held (oid) AS (
       SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1
       UNION SELECT m.roleid FROM held JOIN pg_catalog.pg_auth_members AS m ON m.member = held.oid)
     SELECT count(*) > 0 AND count(*) FILTER (WHERE r.rolsuper OR (r.rolname ~ '^pg_' AND r.rolname NOT IN (${listed}))) = 0 AS safe
     FROM held JOIN pg_catalog.pg_roles AS r ON r.oid = held.oid`,
    [role],
  )
  return row?.['safe'] === 't'
}
