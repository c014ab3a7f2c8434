import { notRun, replaceToken, type Caller, type Passage, type Withheld } from './caller.ts'
import { gateRefusal } from './gate-codes.ts'
import type { Household } from './household.ts'

/** PostgreSQL's own: "database … does not exist", "database … already exists". */
const [noSuchDatabase, duplicateDatabase] = ['3D000', '42P04']

/** `CREATE DATABASE`, `ALTER DATABASE`, `DROP DATABASE`: on the scratch database that stands for it. */
export async function gateDatabase(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  switch (caller.word(0)) {
    case 'create':
      return gateCreate(caller, household)
    case 'drop':
      return gateDrop(caller, household, withheld)
    default:
      return gateAlter(caller, household)
  }
}

async function gateCreate(caller: Caller, household: Household): Promise<Passage> {
  const { tokens, text, find } = caller
  const name = tokens[2]
  if (!name) return 'pass'
  if (household.realName(name.value) !== null)
    return gateRefusal(duplicateDatabase, `database "${name.value}" already exists`)
  const template = find('template')
  const source = tokens.slice(template + 1).find(({ kind }) => kind !== 'other')
  // Whatever else a server's administrator has put into template1, a new database of a dump has not.
  if (template >= 0 && source && source.value !== 'template0' && source.value !== 'template1')
    return notRun('copies a database of the server')
  const rest =
    template >= 0 && source
      ? replaceToken(text, source, 'template0')
      : `${text.slice(0, name.end)} TEMPLATE template0${text.slice(name.end)}`
  return household.createDatabase(name.value, (real) => replaceToken(rest, name, real))
}

async function gateDrop(caller: Caller, household: Household, withheld: Withheld): Promise<Passage> {
  const isCautious = caller.word(2) === 'if'
  const name = caller.tokens[isCautious ? 4 : 2]?.value ?? ''
  if (await household.dropDatabase(name)) {
    withheld.grantsOnDatabase.delete(name)
    return { ok: true, tag: 'DROP DATABASE', rows: null }
  }
  if (isCautious) return { ok: true, tag: 'DROP DATABASE', rows: null }
  return gateRefusal(noSuchDatabase, `database "${name}" does not exist`)
}

function gateAlter(caller: Caller, household: Household): Passage {
  const name = caller.tokens[2]
  const real = name && household.realName(name.value)
  if (!name || !real) return notRun('is about a database that is not ours')
  if (caller.word(3) === 'rename') return notRun('renames a database')
  if (caller.word(3) === 'set' && caller.word(4) === 'tablespace')
    return notRun('moves a database to another tablespace')
  return { instead: replaceToken(caller.text, name, real) }
}
