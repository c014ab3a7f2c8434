import { mayNeedAbsent, type RefusedUse } from './missing-extensions.ts'

/** insufficient_privilege: "permission denied", "must be owner of", "must be superuser". */
const insufficientPrivilege = '42501'
/** invalid_grant_operation: the restoring role is already a member of what it should be given to. */
const invalidGrant = '0LP01'

/**
 * Whether a refusal may come of the restoring role's being no superuser: the server says so itself, or the statement
 * wants what was refused for that before (a type of an extension, a function in C).
 */
export function mayNeedRights(use: RefusedUse & { readonly isSuperuser: boolean }): boolean {
  if (use.isSuperuser) return false
  if (use.verb === 'GRANT' && use.refusal.code === invalidGrant) return true
  if (isRowThatWantsSilence(use)) return true
  return use.refusal.code === insufficientPrivilege || (use.missing.isWithheld && mayNeedAbsent(use))
}

/** foreign_key_violation; raise_exception, of a trigger. */
const saidByTriggers: ReadonlySet<string> = new Set(['23503', 'P0001'])

/** Rows that come in any order, as the dump would have all triggers silent, foreign keys' too; and only a superuser may. */
function isRowThatWantsSilence({ verb, refusal, missing }: RefusedUse): boolean {
  const isRow = verb === 'COPY' || verb === 'INSERT'
  return isRow && saidByTriggers.has(refusal.code) && missing.isWithheldSetting('session_replication_role')
}
