import { quoteIdentifier } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { GrantRole } from './read-role-grant.ts'
import { isSafeRole } from './safe-roles.ts'

/**
 * Memberships that the restoring role may not give itself, in roles that lead to no superuser and to nothing outside of
 * the database. The member must be no predefined role: everybody's rights would change with it. Who granted it where it
 * was dumped is left out: here nobody but us may.
 */
export async function grantRole(
  admin: Session,
  { role, member, options }: GrantRole,
  restoring: string,
): Promise<boolean> {
  if (member.startsWith('pg_')) return false
  if (!(await isSafeRole(admin, role)) || !(await isSafeRole(admin, member))) return false
  if (member === restoring && (await isMember(admin, role, member))) return true
  // The restoring role was made a member of all that the dump makes: not of what is to be its own member.
  if (role === restoring && !(await letGo(admin, member, restoring))) return false
  const how = options.length === 0 ? '' : ` WITH ${options.join(', ')}`
  return (await admin.execute(`GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(member)}${how}`)).ok
}

/** In itself, or in one that it was made a member of for the restore. */
async function isMember(admin: Session, role: string, member: string): Promise<boolean> {
  const [row] = await admin.query(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m
       JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
       WHERE g.rolname = $1 AND r.rolname = $2) AS is`,
    [role, member],
  )
  return row?.['is'] === 't'
}

async function letGo(admin: Session, role: string, restoring: string): Promise<boolean> {
  const rows = await admin.query(
    `SELECT pg_catalog.pg_get_userbyid(m.grantor)::text AS grantor
     FROM pg_catalog.pg_auth_members AS m
     WHERE m.roleid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1)
       AND m.member = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $2)
     ORDER BY m.grantor DESC`,
    [role, restoring],
  )
  for (const { grantor } of rows) {
    const by = grantor ? ` GRANTED BY ${quoteIdentifier(grantor)}` : ''
    const text = `REVOKE ${quoteIdentifier(role)} FROM ${quoteIdentifier(restoring)}${by} CASCADE`
    if (!(await admin.execute(text)).ok) return false
  }
  return true
}
