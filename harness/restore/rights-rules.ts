import { mayNeedAbsent, type RefusedUse } from './missing-extensions.ts'

/** insufficient_privilege: "permission denied", "must be owner of", "must be superuser". */
const insufficientPrivilege = '42501'

/**
 * Whether a refusal may come of the restoring role's being no superuser: the server says so itself, or the statement
 * wants what was refused for that before (a type of an extension, a function in C).
 */
export function mayNeedRights(use: RefusedUse & { readonly isSuperuser: boolean }): boolean {
  if (use.isSuperuser) return false
  return use.refusal.code === insufficientPrivilege || (use.missing.isWithheld && mayNeedAbsent(use))
}
