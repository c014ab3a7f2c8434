import { quoteIdentifier } from '../core/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import type { Platform } from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'

/**
 * Facts of a copy on a server that is not ours, as they would be on a new one: roles of that server that nobody speaks
 * of are left out, attributes that were not given to roles there are those of the dump, and that everybody else is shut
 * out of the database is our doing.
 */
export function asOnNewServer(
  facts: Facts,
  { foreign }: Pick<DisposableServer, 'foreign'>,
  database: string,
  { restored }: DumpChoice,
): Facts {
  if (!foreign) return facts
  const mentioned = new Set(restored.flatMap(({ summary }) => [...summary.rolesMentioned, ...summary.rolesCreated]))
  const objects = facts.objects.flatMap((object): readonly ObjectFact[] => {
    if (object.kind === 'database' && !foreign.grantsOnDatabase.has(database))
      return [withProperties(object, { privileges: openToAll(object.properties['privileges'] ?? '') })]
    if (object.kind !== 'role') return [object]
    const name = partsOfIdentity(object.identity)[0] ?? ''
    if (!foreign.isOwnRole(name) && !mentioned.has(name)) return []
    return [withProperties(object, foreign.declaredRoles.get(name) ?? {})]
  })
  return { ...facts, objects }
}

/** What a new database lets everybody do, as the facts write it. */
function openToAll(privileges: string): string {
  const lines = [...privileges.split('\n').filter((line) => !line.startsWith('PUBLIC: ')), 'PUBLIC: CONNECT, TEMPORARY']
  return lines.sort((a, b) => Buffer.from(a).compare(Buffer.from(b))).join('\n')
}

function withProperties(object: ObjectFact, properties: Readonly<Record<string, string | null>>): ObjectFact {
  return { ...object, properties: { ...object.properties, ...properties } }
}

/** Who rules a server unless somebody says otherwise: no backup brings it. */
const bootstrap = 'postgres'

/**
 * Roles that the set does not bring, and that this server happens to have: on a new one, statements that name them
 * would be refused. Said as it is there.
 */
export function judgeBorrowedRoles(
  missing: readonly string[],
  { foreign }: Pick<DisposableServer, 'foreign'>,
  superuser: string | null,
  book: FindingBook,
): void {
  const borrowed = missing.filter((name) => name !== (superuser ?? bootstrap) && foreign?.isExistingRole(name))
  if (borrowed.length === 0) return
  const names = borrowed.join(', ')
  const what = borrowed.length === 1 ? `role ${names} is` : `roles ${names} are`
  book.differs('restore', names, `${what} not in the set: only this server happens to have ${names}`, {
    remedy: 'put the roles into the set: `pg_dumpall --roles-only > roles.sql` beside the dump',
    attribution: 'dump',
  })
}

/**
 * On a server that is not ours the platform's roles are made one by one, so that it is known which are ours. What is left
 * of the platform is then to be laid in as anywhere.
 */
export async function withRolesLaid(
  session: Session,
  { foreign }: Pick<DisposableServer, 'foreign'>,
  platform: Platform,
): Promise<Platform> {
  if (!foreign) return platform
  for (const name of platform.roles) {
    const bypass = name === 'service_role' ? ' BYPASSRLS' : ''
    // A role that is there is used as it is; what is refused shows when the copy is looked at.
    await session.execute(`CREATE ROLE ${quoteIdentifier(name)} NOINHERIT${bypass}`)
  }
  return { ...platform, roles: [] }
}
