import type { ArchiveEntry } from './archive-entries.ts'
import { platformInternal } from './survey-source.ts'

/**
 * Whose an entry of a Supabase project's archive is: the project's `own`; of the `platform`, which a new project has already
 * and a plain server lacks (`auth`, `storage`); or `internal`, the platform's own business.
 */
export type EntryHome = 'own' | 'platform' | 'internal'

/** Roles that the platform makes and keeps. `postgres` is one of them, and what it owns is the project's. */
export const reservedRole =
  /^(?:anon|authenticated|authenticator|service_role|dashboard_user|pgbouncer|postgres|cli_login_.*|supabase_.*|pgsodium_key\w*|pgtle_admin)$/

const holdsUsers: ReadonlySet<string> = new Set(['auth', 'storage'])
/** What a new project keeps for itself: which migrations of the platform's own it has had. */
const ownHistory: ReadonlySet<string> = new Set(['auth schema_migrations', 'storage migrations'])

/** `ownTriggers`: those on the platform's tables that call a function of the project's: {@link findOwnTriggers}. */
export function homeOf(entry: ArchiveEntry, ownTriggers: ReadonlySet<string>): EntryHome {
  const { what, schema, tag, owner } = entry
  const isPlatforms = reservedRole.test(owner) && owner !== 'postgres'
  if (what === 'EXTENSION') return 'own'
  // Only its owner may: the platform comments its extensions itself.
  if (what === 'COMMENT' && tag.startsWith('EXTENSION ')) return 'internal'
  if (what === 'DEFAULT ACL') return isPlatforms ? 'internal' : 'own'
  if (what === 'EVENT TRIGGER') return ownTriggers.has(`- ${tag}`) ? 'own' : 'internal'
  if (schema === '-' && tag.startsWith('EVENT TRIGGER ')) return isPlatforms ? 'internal' : 'own'
  if (schema === '-') {
    const name = what === 'SCHEMA' ? tag : /^SCHEMA (.*)$/.exec(tag)?.[1]
    if (name !== undefined && (holdsUsers.has(name) || name === 'extensions')) return 'platform'
    if (name !== undefined && platformInternal.includes(name)) return 'internal'
    return what === 'PUBLICATION' && tag.startsWith('supabase_realtime') ? 'platform' : 'own'
  }
  if (platformInternal.includes(schema)) return isPlatforms || schema !== 'extensions' ? 'internal' : 'own'
  if (!holdsUsers.has(schema)) return 'own'
  if (what === 'TABLE DATA') return ownHistory.has(`${schema} ${tag}`) ? 'internal' : 'own'
  if (what === 'SEQUENCE SET') return 'own'
  // The platform has none, whoever owns the table.
  if (what === 'POLICY' || tag.startsWith('POLICY ')) return 'own'
  if (what === 'TRIGGER') return ownTriggers.has(`${schema} ${tag}`) ? 'own' : 'platform'
  if (tag.startsWith('TRIGGER ')) return 'platform'
  return isPlatforms ? 'platform' : 'own'
}

/** Of triggers as pg_restore writes them those, by schema and tag, that call a function of none of the platform's schemas. */
export function findOwnTriggers(sql: string): ReadonlySet<string> {
  const own = new Set<string>()
  for (const part of sql.split('\n-- Name: ').slice(1)) {
    const [, tag, schema] = /^(.*); Type: (?:EVENT )?TRIGGER; Schema: (.*); Owner:/.exec(part) ?? []
    const called = /EXECUTE (?:FUNCTION|PROCEDURE) (?:"((?:[^"]|"")+)"|(\w+))\./.exec(part)
    const of = called?.[1] ?? called?.[2]
    if (tag !== undefined && schema !== undefined && of !== undefined && !isOfPlatform(of)) own.add(`${schema} ${tag}`)
  }
  return own
}

function isOfPlatform(schema: string): boolean {
  return holdsUsers.has(schema) || platformInternal.includes(schema)
}
