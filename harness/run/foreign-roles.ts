import type { DisposableServer } from '../engine/index.ts'
import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'

/**
 * Facts of a copy on a server that is not ours, as they would be on a new one: roles of that server that nobody speaks
 * of are left out, attributes that were not given to roles there are those of the dump, and that everybody else is shut
 * out of the database is our doing.
 */
export function asOnNewServer(
  facts: Facts,
  { foreign }: Pick<DisposableServer, 'foreign'>,
  about: { readonly database: string; readonly mentioned: ReadonlySet<string> },
): Facts {
  if (!foreign) return facts
  const objects = facts.objects.flatMap((object): readonly ObjectFact[] => {
    if (object.kind === 'database' && !foreign.grantsOnDatabase.has(about.database))
      return [withProperties(object, { privileges: openToAll(object.properties['privileges'] ?? '') })]
    if (object.kind !== 'role') return [object]
    const name = partsOfIdentity(object.identity)[0] ?? ''
    if (!foreign.isOwnRole(name) && !about.mentioned.has(name)) return []
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
