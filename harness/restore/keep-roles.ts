import { quoteIdentifier } from '../core/index.ts'
import { isSafeRole } from './deputy/safe-roles.ts'
import type { RestoreTarget } from './target.ts'

/**
 * Where the restoring role is no superuser: what a dump of roles needs of one, in words of our own. Nothing that the
 * dump says is run by a superuser but names and attributes, read one by one and written anew.
 */

/** So that what the dump gives to that role can be given, and looked at. False where nobody may do that here. */
export async function adoptRole(target: RestoreTarget, role: string): Promise<boolean> {
  if (!target.limits?.connectAdmin || role === target.address.user) return false
  await using admin = await target.limits.connectAdmin('template1')
  // A superuser among them would make one of whoever is its member.
  if (role.startsWith('pg_') || !(await isSafeRole(admin, role))) return false
  // With the right to change them, as it has of those that it has made.
  const granted = `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(target.address.user)} WITH ADMIN OPTION`
  return (await admin.execute(granted)).ok
}

/** `ALTER ROLE … WITH` as pg_dumpall writes it: it names every attribute, and mentioning some takes a superuser. */
export async function alterRole(target: RestoreTarget, text: string): Promise<boolean> {
  const { limits, address } = target
  const change = readAttributes(text)
  if (!limits?.connectAdmin || change === null || change.role === address.user) return false
  await using admin = await limits.connectAdmin('template1')
  const rows = await admin.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND NOT rolsuper', [change.role])
  if (rows.length === 0) return false
  const outcome = await admin.execute(`ALTER ROLE ${quoteIdentifier(change.role)} WITH ${change.words.join(' ')}`)
  return outcome.ok && !change.wantsSuperuser
}

export interface RoleAttributes {
  readonly role: string
  /** Checked one by one: none of them is SUPERUSER. */
  readonly words: readonly string[]
  readonly wantsSuperuser: boolean
}

const identifier = /^(?:[a-z_][a-z0-9_$]*|"(?:[^"]|"")+")/i
const attribute =
  /^\s+(?:(NO)?(SUPERUSER|INHERIT|CREATEROLE|CREATEDB|LOGIN|REPLICATION|BYPASSRLS)\b|(CONNECTION LIMIT -?\d{1,9})\b|((?:PASSWORD|VALID UNTIL) '(?:[^'\\]|'')*'))/

/** Null for anything that is not exactly that. Exported for its test. */
export function readAttributes(text: string): RoleAttributes | null {
  const head = /^\s*ALTER ROLE\s+/.exec(text)
  const name = head && identifier.exec(text.slice(head[0].length))
  if (!head || !name) return null
  let rest = text.slice(head[0].length + name[0].length)
  if (!/^\s+WITH\b/.test(rest)) return null
  rest = rest.replace(/^\s+WITH\b/, '').replace(/\s*;?\s*$/, '')
  const words: string[] = []
  let wantsSuperuser = false
  for (let word = attribute.exec(rest); word !== null; word = attribute.exec(rest)) {
    const [all, no, flag] = word
    if (flag === 'SUPERUSER') wantsSuperuser = no === undefined
    else words.push(all.trim())
    rest = rest.slice(all.length)
  }
  if (rest !== '' || words.length === 0) return null
  const role = name[0].startsWith('"') ? name[0].slice(1, -1).replaceAll('""', '"') : name[0].toLowerCase()
  return { role, words, wantsSuperuser }
}
