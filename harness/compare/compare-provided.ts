import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import { differs, notChecked } from './findings.ts'
import { differingSettings, isSeenByApplications } from './grade-settings.ts'
import { schemaOf } from './object-index.ts'
import type { CompareOptions, NotCovered } from './options.ts'
import { grantsOf } from './privileges.ts'
import type { Finding } from './types.ts'

/**
 * What a platform provides is not compared; what its user has given to it is the user's all the same: its roles as members
 * of the user's, settings of its roles, and what the user's roles may do in its schemas. The Supabase CLI leaves all three
 * out of its dumps, silently.
 */
export function compareProvided({ baseline, restored, notCovered = {}, carries }: CompareOptions): Finding[] {
  if ((notCovered.roles ?? []).length === 0) return []
  const notice = carries?.roles === false
  return [
    ...lostMemberships(baseline, restored, notCovered),
    ...lostGrants(baseline, restored, notCovered),
    ...lostSettings(baseline, restored, notCovered),
  ].map((finding) => (notice ? { ...finding, notice } : finding))
}

function lostMemberships(baseline: Facts, restored: Facts, notCovered: NotCovered): Finding[] {
  const after = rolesIn(restored)
  return [...rolesIn(baseline)].flatMap(([name, was]) => {
    if (!notCovered.roles?.includes(name)) return []
    const is = new Set(groupsOf(after.get(name)).map(({ group }) => group))
    return groupsOf(was)
      .filter(({ group, how }) => isUsersRole(group, notCovered) && !is.has(group) && how !== ofItsMaker)
      .map(({ group }) =>
        differs('schema', {
          object: was.identity,
          message: `role ${was.identity} is no member of ${group}: this dump leaves out what is granted to roles of the platform`,
          expected: `member of ${group}`,
          actual: 'no member',
          remedy: `keep \`GRANT ${group} TO ${was.identity};\` beside the dump, in changes.sql`,
          gravity: 'lost behaviour',
        }),
      )
  })
}

/** From 16 on, whoever makes a role without being a superuser is given this much of it, on the platform as here. */
const ofItsMaker = ' with admin without inherit without set'

interface Membership {
  readonly group: string
  readonly how: string
}

/** `reader, boss with admin without inherit`. */
function groupsOf(role: ObjectFact | undefined): Membership[] {
  const list = (role?.properties['member of'] ?? '').split(', ').filter(Boolean)
  return list.map((entry) => {
    const [, group = '', how = ''] = /^(.*?)((?: with admin| without inherit| without set)*)$/.exec(entry) ?? []
    return { group, how }
  })
}

function lostGrants(baseline: Facts, restored: Facts, notCovered: NotCovered): Finding[] {
  const isProvided = (object: ObjectFact): boolean => notCovered.schemas?.includes(schemaOf(object) ?? '') ?? false
  const after = new Map(
    restored.objects.filter(isProvided).map((object) => [`${object.kind} ${object.identity}`, object]),
  )
  return baseline.objects.filter(isProvided).flatMap((was) => {
    const name = `${was.kind} ${was.identity}`
    const is = grantsOf(after.get(name)?.properties['privileges'] ?? null)
    const lost = [...grantsOf(was.properties['privileges'] ?? null)].filter(
      (grant) => !is.has(grant) && isUsersRole(grant.replace(/ [A-Z]+(?: with grant option)?$/, ''), notCovered),
    )
    if (lost.length === 0) return []
    return differs('schema', {
      object: was.identity,
      message: `${name}: lost ${lost.join(', ')}: this dump leaves out what is granted in schemas of the platform`,
      expected: lost.join(', '),
      actual: 'none',
      remedy: 'keep the GRANT beside the dump, in changes.sql',
      gravity: 'lost behaviour',
    })
  })
}

/** Those that applications see are a difference, as they are for a database; others a notice. Never a value. */
function lostSettings(baseline: Facts, restored: Facts, notCovered: NotCovered): Finding[] {
  const after = rolesIn(restored)
  return [...rolesIn(baseline)].flatMap(([name, was]) => {
    const is = after.get(name)
    if (!is || !notCovered.roles?.includes(name) || !notCovered.settableRoles?.includes(name)) return []
    const names = differingSettings(was.properties['settings'] ?? null, is.properties['settings'] ?? null)
      .filter(({ state }) => state !== 'extra')
      .map((setting) => setting.name)
      .filter((setting) => !notCovered.settingsOfPlatform?.includes(`${name}.${setting}`))
    return [names.filter(isSeenByApplications), names.filter((setting) => !isSeenByApplications(setting))].flatMap(
      (some, index) => {
        if (some.length === 0) return []
        const list = some.join(', ')
        return differs('schema', {
          object: was.identity,
          message: `role ${was.identity}: lost ${list}: this dump leaves out most settings of roles of the platform`,
          expected: list,
          actual: 'none',
          remedy: `keep \`ALTER ROLE ${was.identity} SET …\` beside the dump, in changes.sql`,
          gravity: 'lost behaviour',
          notice: index > 0,
        })
      },
    )
  })
}

function rolesIn({ objects }: Facts): ReadonlyMap<string, ObjectFact> {
  const roles = objects.filter(({ kind }) => kind === 'role')
  return new Map(roles.map((role) => [partsOfIdentity(role.identity)[0] ?? '', role]))
}

/** Neither the platform's (of an extension's objects the owner has no name), nor the server's, nor everybody. */
function isUsersRole(name: string, { roles = [], rolesOfPlatform = roles }: NotCovered): boolean {
  if (['', 'PUBLIC', 'owner'].includes(name) || roles.includes(name) || rolesOfPlatform.includes(name)) return false
  return !/^(?:pg_|supabase_|cli_login_)/.test(name)
}

/** Says which schemas a platform provides. */
export function listProvided({ notCovered, baseline }: CompareOptions): Finding[] {
  return (notCovered?.schemas ?? [])
    .filter((schema) => baseline.schemas.includes(schema))
    .map((schema) =>
      notChecked('schema', {
        object: schema,
        message: `schema ${schema} is provided by the platform: its definitions are not compared`,
        remedy: 'nothing, unless you keep objects of your own there',
        notice: true,
      }),
    )
}
