import type { DumpSummary } from '../dump/index.ts'
import { partsOfIdentity, type Facts } from '../facts/index.ts'

/** What a server's bootstrap superuser is called unless somebody chose otherwise. */
const usual = 'postgres'

/** That of Supabase, where `postgres` is an ordinary role. */
const ofPlatform = 'supabase_admin'

type RolesOfDump = Pick<DumpSummary, 'rolesCreated' | 'rolesMentioned' | 'superusers' | 'grantors'>

/**
 * Who the bootstrap superuser was of the server that these dumps come from: the disposable one needs the same. It can't
 * be made an ordinary role, and from 16 on nobody else may give a membership on without having been given the right.
 */
export function bootstrapRole(dumps: readonly RolesOfDump[], baseline: Facts | null): string {
  const all = (of: (dump: RolesOfDump) => readonly string[]): ReadonlySet<string> => new Set(dumps.flatMap(of))
  const created = all(({ rolesCreated }) => rolesCreated)
  const superusers = all((dump) => dump.superusers)
  const lacksUsual = all(({ rolesMentioned }) => rolesMentioned).has(usual) && !created.has(usual)
  const others = ordinaryIn(baseline)
  // Where another takes its place, `postgres` must come from the dump.
  const candidates = [...created].filter((role) => (role === usual || !lacksUsual) && !others.has(role))
  const known = bootstrapIn(baseline)
  if (known !== null && candidates.includes(known)) return known
  const grantors = all((dump) => dump.grantors)
  const granting = candidates.filter((role) => superusers.has(role) && grantors.has(role))
  if (granting.length > 0) return preferred(granting)
  // The CLI's roles name it without making it.
  if (grantors.has(ofPlatform) && !created.has(ofPlatform) && !created.has(usual)) return ofPlatform
  if (!created.has(usual) || (superusers.has(usual) && !others.has(usual))) return usual
  if (candidates.includes(ofPlatform)) return ofPlatform
  const ruling = candidates.filter((role) => superusers.has(role))
  return ruling.length > 0 ? preferred(ruling) : usual
}

function preferred(roles: readonly string[]): string {
  return [usual, ofPlatform].find((role) => roles.includes(role)) ?? roles[0] ?? usual
}

/** Roles that the database knows and that are not it, superusers or not. */
function ordinaryIn(baseline: Facts | null): ReadonlySet<string> {
  const roles = baseline?.objects.filter(
    ({ kind, properties }) => kind === 'role' && properties['bootstrap'] === 'false',
  )
  return new Set(roles?.flatMap(({ identity }) => partsOfIdentity(identity)[0] ?? []))
}

function bootstrapIn(baseline: Facts | null): string | null {
  const role = baseline?.objects.find(({ kind, properties }) => kind === 'role' && properties['bootstrap'] === 'true')
  return role ? (partsOfIdentity(role.identity)[0] ?? null) : null
}
