import { quoteIdentifier } from '../../core/index.ts'
import { callerOf, notRun, replaceToken, type Caller, type Passage, type Withheld } from './caller.ts'
import { gateCode, gateRefusal } from './gate-codes.ts'
import { gateDatabase } from './gate-databases.ts'
import { gateMembership, gateRole, leaveRoles } from './gate-roles.ts'
import type { Household } from './household.ts'
import { cutStatements } from './statement-tokens.ts'

/** Without one of these words a statement is about its own database alone. */
const farReaching =
  /\b(?:DATABASE|ROLE|USER|GROUP|TABLESPACE|DEFAULT_TABLESPACE|SYSTEM|PARAMETER|SUBSCRIPTION|OWNED|LOAD|GRANT|REVOKE|PROGRAM)\b|\bCOPY\b[^;]*\b(?:FROM|TO)\s*[eE]?'/i

/**
 * Where every statement of a run goes by before it reaches the server: what concerns roles, databases and the server
 * itself is done to what is ours, or not at all. It reads a statement's own words: what code in a dump does once it runs
 * is bounded by the rights of the login alone.
 */
export async function gate(text: string, household: Household, withheld: Withheld): Promise<Passage> {
  if (!farReaching.test(text)) return 'pass'
  const statements = cutStatements(text)
  if (statements.length !== 1) {
    return statements.some((tokens) => isFarReaching(callerOf(text, tokens)))
      ? gateRefusal(gateCode.together, 'one at a time, please')
      : 'pass'
  }
  if (text.includes('\ufffd') && isFarReaching(callerOf(text, statements[0] ?? [])))
    return notRun('is not in UTF-8, and about the server')
  return judge(callerOf(text, statements[0] ?? []), household, withheld)
}

async function judge(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  const { word } = caller
  const [verb, what] = [word(0), word(1)]
  const isRole = ['role', 'user', 'group'].includes(what) && word(2) !== 'mapping'
  if (['create', 'alter', 'drop'].includes(verb) && isRole) return gateRole(caller, household, withheld)
  if (['create', 'alter', 'drop'].includes(verb) && what === 'database')
    return gateDatabase(caller, household, withheld)
  if ((verb === 'grant' || verb === 'revoke') && !isPrivilege(caller))
    return gateMembership(caller, household, withheld)
  if (verb === 'grant' || verb === 'revoke') return gatePrivilege(caller, household, withheld)
  if (verb === 'comment' || verb === 'security') return gateRemark(caller, household, withheld)
  if (verb === 'alter' && what === 'system') return notRun('changes the settings of the whole server')
  if (verb === 'load') return notRun('loads a library into the server')
  if ((verb === 'drop' || verb === 'reassign') && what === 'owned') return notRun('reaches beyond its database')
  if (what === 'tablespace' && ['create', 'alter', 'drop'].includes(verb)) return gateTablespace(caller)
  if (verb === 'set' && what === 'default_tablespace') return gatePlace(caller, household)
  if (what === 'subscription') return gateSubscription(caller)
  if (verb === 'copy' && readsServerFile(caller)) return notRun('reads or writes a file or a program of the server')
  return 'pass'
}

/** Only what `judge` would look at more closely. */
function isFarReaching(caller: Caller): boolean {
  const { word } = caller
  const [verb, what] = [word(0), word(1)]
  if (verb === 'grant' || verb === 'revoke') {
    return !isPrivilege(caller) || ['database', 'tablespace', 'parameter'].includes(word(caller.find('on') + 1))
  }
  if (verb === 'comment') return ['role', 'database', 'tablespace'].includes(word(2))
  if (verb === 'security') return true
  if (verb === 'load' || verb === 'reassign') return true
  if (verb === 'copy') return readsServerFile(caller)
  if (verb === 'set') return what === 'default_tablespace'
  const reaching = ['database', 'role', 'user', 'group', 'tablespace', 'system', 'owned', 'subscription']
  return ['create', 'alter', 'drop'].includes(verb) && reaching.includes(what) && word(2) !== 'mapping'
}

/** `GRANT SELECT ON …`, not `GRANT reader TO writer`. */
function isPrivilege({ word, find, tokens }: Caller): boolean {
  const end = find(word(0) === 'grant' ? 'to' : 'from')
  const on = find('on')
  return on >= 0 && (end < 0 || on < end) && tokens.length > 0
}

async function gatePrivilege(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  const on = caller.find('on')
  const what = caller.word(on + 1)
  if (what === 'tablespace' || what === 'parameter') return notRun(`is about a ${what} of the server`)
  if (what !== 'database') return 'pass'
  const name = caller.tokens[on + 2]
  const real = name && household.realName(name.value)
  if (!name || !real || caller.tokens[on + 3]?.value === ',') return notRun('is about a database that is not ours')
  if (!withheld.grantsOnDatabase.has(name.value)) {
    withheld.grantsOnDatabase.add(name.value)
    // The dump begins from what a new database has.
    await household.execute(`GRANT CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(real)} TO PUBLIC`)
  }
  return { instead: replaceToken(caller.text, name, real) }
}

/** `COMMENT ON DATABASE`, `SECURITY LABEL FOR x ON ROLE`. */
function gateRemark(caller: Caller, household: Household, withheld: Withheld): Passage {
  const on = caller.find('on')
  const what = caller.word(on + 1)
  const name = caller.tokens[on + 2]
  if (!name || !['role', 'database', 'tablespace'].includes(what)) return 'pass'
  if (what === 'role') {
    if (household.isOwnRole(name.value) || !household.isExistingRole(name.value)) return 'pass'
    const why = `is about role ${name.value}, which was on this server before`
    return leaveRoles([name.value], why, household, withheld)
  }
  const real = what === 'database' ? household.realName(name.value) : null
  return real === null ? notRun(`is about a ${what} of the server`) : { instead: replaceToken(caller.text, name, real) }
}

function gateTablespace({ tokens }: Caller): Passage {
  const name = tokens[2]?.value ?? ''
  return gateRefusal(
    gateCode.leftAlone,
    `tablespace ${name} is the server's own affair: a dump's rows lie where there is room`,
  )
}

/** What would lie in a tablespace that is not there lies in the default one. */
async function gatePlace({ tokens }: Caller, household: Household): Promise<Passage> {
  const name = tokens.at(-1)?.value ?? ''
  if (name === '' || name === 'default' || name === 'pg_default' || (await household.hasTablespace(name))) return 'pass'
  return gateRefusal(gateCode.leftAlone, `tablespace ${name} is not on this server: it lies in the default one`)
}

/** pg_dump writes them so that they connect to nothing. */
function gateSubscription(caller: Caller): Passage {
  if (caller.word(0) === 'create') {
    const connect = caller.find('connect')
    const isOff = connect >= 0 && caller.tokens[connect + 1]?.value === '=' && caller.word(connect + 2) === 'false'
    return isOff ? 'pass' : notRun('would connect to another server')
  }
  const wakes = ['enable', 'refresh', 'connection', 'publication'].some((word) => caller.find(word) > 0)
  return caller.word(0) === 'alter' && wakes ? notRun('would connect to another server') : 'pass'
}

function readsServerFile({ tokens, word }: Caller): boolean {
  return tokens.some(
    ({ kind, value }, at) =>
      kind === 'word' &&
      (value === 'from' || value === 'to') &&
      (tokens[at + 1]?.kind === 'string' || word(at + 1) === 'program'),
  )
}
