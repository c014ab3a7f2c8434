import { quoteIdentifier } from '../../core/index.ts'
import { harmlessOptions, readRoleOptions, seesEveryRow, withheldAttributes } from './declared-roles.ts'
import { notRun, replaceToken, type Caller, type Passage, type Withheld } from './caller.ts'
import { gateCode, gateRefusal } from './gate-codes.ts'
import type { Household } from './household.ts'

/** `CREATE ROLE`, `ALTER ROLE`, `DROP ROLE`. */
export async function gateRole(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  const verb = caller.word(0)
  if (verb === 'drop') return gateDrop(caller, household)
  const name = caller.tokens[2]?.value ?? ''
  if (verb === 'create') {
    const made = household.isOwnRole(name) ? 'made' : await household.createRole(name)
    return giveOptions(caller, name, made === 'exists', household, withheld)
  }
  const isSetting = ['set', 'reset', 'in'].includes(caller.word(3))
  if (!household.isOwnRole(name)) {
    if (!household.isExistingRole(name) && !(caller.word(2) === 'all')) return 'pass'
    if (isSetting || caller.word(2) === 'all' || caller.word(3) === 'rename')
      return leaveRoles([name], wasThere(name), household, withheld)
    return giveOptions(caller, name, true, household, withheld)
  }
  if (caller.word(3) === 'rename') return notRun('renames a role')
  if (!isSetting) return giveOptions(caller, name, false, household, withheld)
  if (caller.word(3) !== 'in') return 'pass'
  const database = caller.tokens[5]
  const real = database && household.realName(database.value)
  return database && real
    ? { instead: replaceToken(caller.text, database, real) }
    : notRun('is about a database that is not ours')
}

/** What lets nobody in is given to roles of ours; all of it is remembered. */
async function giveOptions(
  { word, tokens }: Caller,
  name: string,
  exists: boolean,
  household: Household,
  withheld: Withheld,
): Promise<Passage> {
  const options = readRoleOptions(tokens.slice(3))
  const known = withheld.roles.get(name) ?? {}
  const kept = exists ? Object.keys(options.declared) : withheldAttributes(options)
  const added = Object.entries(options.declared).filter(([attribute]) => kept.includes(attribute))
  withheld.roles.set(name, { ...known, ...Object.fromEntries(added) })
  if (options.hasMore) return notRun(`says more of role ${name} than its attributes`)
  if (exists) {
    const { connectionLimit, validUntil } = options
    if (connectionLimit !== null || validUntil !== null) return leaveRoles([name], wasThere(name), household, withheld)
    return gateRefusal(gateCode.leftAlone, `role ${name} is there on this server, and is used as it is`)
  }
  const given = harmlessOptions(options)
  const tag = `${word(0).toUpperCase()} ROLE`
  const role = `ALTER ROLE ${quoteIdentifier(name)}`
  const done = given.length === 0 ? null : await household.execute(`${role} WITH ${given.join(' ')}`)
  // Last, for a login that is no superuser may be refused this alone.
  if (done?.ok !== false && seesEveryRow(options)) return household.execute(`${role} BYPASSRLS`)
  return done ?? { ok: true, tag, rows: null }
}

/** What a script clears away before it begins (`--clean`): a role that is there stays. */
function gateDrop({ word, tokens }: Caller, household: Household): Passage {
  const name = tokens[word(2) === 'if' ? 4 : 2]?.value ?? ''
  const isThere = household.isExistingRole(name) || household.isOwnRole(name)
  return isThere ? gateRefusal(gateCode.leftAlone, `role ${name} is not dropped: it is used as it is`) : 'pass'
}

/** `GRANT reader TO writer`: between roles of ours. */
export async function gateMembership(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  const { tokens, find, word } = caller
  const to = find(word(0) === 'grant' ? 'to' : 'from')
  const names = tokens.filter(({ kind }, at) => at > 0 && at < to && kind !== 'other')
  const after = tokens.findIndex(
    ({ kind, value }, at) => at > to && kind === 'word' && ['with', 'granted', 'cascade', 'restrict'].includes(value),
  )
  const members = tokens.slice(to + 1, after < 0 ? undefined : after).filter(({ kind }) => kind !== 'other')
  const others = [...names, ...members].map(({ value }) => value).filter((name) => !household.isOwnRole(name))
  if (others.length > 0) {
    const why = wasThere(others.join(', '))
    const isKnown = names.every(({ value }) => household.isOfPlatform(value) || household.isOwnRole(value))
    const takers = members.map(({ value }) => value)
    return isKnown ? leaveRoles(takers, why, household, withheld) : notRun(why)
  }
  const granted = find('granted')
  const start = tokens[granted]?.start
  const end = tokens[granted + 2]?.end
  if (granted < 0 || start === undefined || end === undefined) return 'pass'
  // The grantor is whoever restores: a role of that name need not be here.
  return { instead: `${caller.text.slice(0, start)}${caller.text.slice(end)}` }
}

/** What is a platform's own affair from end to end is nobody's loss: every project has it. */
export function leaveRoles(names: readonly string[], why: string, household: Household, withheld: Withheld): Passage {
  if (!names.every((name) => household.isOfPlatform(name))) return notRun(why)
  for (const name of names) withheld.leftToPlatform.add(name)
  return gateRefusal(gateCode.leftAlone, `the platform's own roles are used as they are: ${names.join(', ')}`)
}

function wasThere(name: string): string {
  return `changes role ${name}, which is not one that this rehearsal made`
}
