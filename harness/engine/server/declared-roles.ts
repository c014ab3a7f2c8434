import type { Token } from './statement-tokens.ts'

/** Attributes as the facts call them, and the words that say them. `NO…` says the contrary. */
const words: Readonly<Record<string, string>> = {
  superuser: 'superuser',
  inherit: 'inherit',
  createrole: 'create role',
  createdb: 'create database',
  login: 'login',
  replication: 'replication',
  bypassrls: 'bypass row security',
}

export interface RoleOptions {
  /** By their names in the facts. */
  readonly declared: Readonly<Record<string, string>>
  readonly connectionLimit: string | null
  readonly validUntil: string | null
  /** Says something that is not read here: memberships, a role's members. */
  readonly hasMore: boolean
}

/** Reads what `CREATE ROLE x` and `ALTER ROLE x` say after the name. Passwords are passed over. */
export function readRoleOptions(tokens: readonly Token[]): RoleOptions {
  const declared: Record<string, string> = {}
  let connectionLimit: string | null = null
  let validUntil: string | null = null
  let hasMore = false
  for (let at = 0; at < tokens.length; at += 1) {
    const word = tokens[at]?.value ?? ''
    const attribute = words[word] ?? words[word.replace(/^no/, '')]
    if (attribute !== undefined) declared[attribute] = String(words[word] !== undefined)
    else if (word === 'connection') {
      connectionLimit = tokens
        .slice(at + 2, at + 4)
        .map(({ value }) => value)
        .join('')
        .replace(/^(-?\d+).*$/, '$1')
      at += connectionLimit.startsWith('-') ? 3 : 2
    } else if (word === 'valid') {
      validUntil = tokens[at + 2]?.value ?? null
      at += 2
    } else if (word === 'password') at += 1
    else if (word !== 'with' && word !== 'encrypted') hasMore = true
  }
  return { declared, connectionLimit, validUntil, hasMore }
}

/** What of it a role of ours is given: nothing that lets anybody in or do more on the server than before. */
export function harmlessOptions({ declared, connectionLimit, validUntil }: RoleOptions): readonly string[] {
  const { inherit } = declared
  return [
    ...(inherit === undefined ? [] : [inherit === 'true' ? 'INHERIT' : 'NOINHERIT']),
    ...(connectionLimit !== null && /^-?\d+$/.test(connectionLimit) ? [`CONNECTION LIMIT ${connectionLimit}`] : []),
    ...(validUntil === null ? [] : [`VALID UNTIL '${validUntil.replaceAll("'", "''")}'`]),
  ]
}

/** A superuser sees everything anyway, and is none here: nothing that it owns is the safer for this. */
export function seesEveryRow({ declared }: RoleOptions): boolean {
  return declared['bypass row security'] === 'true' && declared['superuser'] !== 'true'
}

/** What a role of ours is not given, and is taken from the dump's words when it is compared. */
export function withheldAttributes(options: RoleOptions): readonly string[] {
  const always = ['superuser', 'create role', 'create database', 'login', 'replication']
  return seesEveryRow(options) ? always : [...always, 'bypass row security']
}
