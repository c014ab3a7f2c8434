import { quoteIdentifier } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { GrantRole } from './read-role-grant.ts'

/** A code of our own: the membership is there, given by somebody else than the dump says. */
export const grantedByAnother = 'RH004'

/** insufficient_privilege, undefined_object: who is named may not give it here (from 16 on), or is not here at all. */
const wantsAnother: ReadonlySet<string> = new Set(['42501', '42704'])

/**
 * Gives a membership in the restoring role's own name, where the grantor that the dump names may not: on another server
 * the bootstrap superuser, whom pg_dumpall names, is another. Null: nothing was given.
 * https://www.postgresql.org/docs/current/sql-grant.html
 */
export async function grantByAnother(
  session: Session,
  { role, member, options, grantor }: GrantRole,
  code: string,
): Promise<Outcome | null> {
  if (grantor === null || !wantsAnother.has(code)) return null
  const how = options.length === 0 ? '' : ` WITH ${options.join(', ')}`
  const given = await session.execute(`GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(member)}${how}`)
  if (!given.ok) return null
  const message = `${grantor} may not give it here: ${member} was made a member of ${role} by the role that restores`
  const about = { detail: null, schema: null, table: null, column: null, constraint: null }
  return { ok: false, refusal: { code: grantedByAnother, message, ...about } }
}
