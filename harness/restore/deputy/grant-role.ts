import { quoteIdentifier } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { GrantRole } from './read-role-grant.ts'
import { isSafeRole } from './safe-roles.ts'

/**
 * Memberships that the restoring role may not give itself, in roles that lead to no superuser and to nothing outside of
 * the database. The member must be no predefined role: everybody's rights would change with it.
 */
export async function grantRole(admin: Session, { role, member, options }: GrantRole): Promise<boolean> {
  if (member.startsWith('pg_')) return false
  if (!(await isSafeRole(admin, role)) || !(await isSafeRole(admin, member))) return false
  const how = options.length === 0 ? '' : ` WITH ${options.join(', ')}`
  return (await admin.execute(`GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(member)}${how}`)).ok
}
