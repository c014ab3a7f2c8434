import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import { managedSchemas } from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'

interface Restored extends Pick<Facts, 'objects'> {
  readonly tables: readonly Pick<Facts['tables'][number], 'schema' | 'name' | 'rows'>[]
}

/**
 * Marks that something the Supabase CLI leaves out was there: what only a trigger calls, and none does; files that nobody
 * may see. Without production they are all that tells of it, and they prove nothing: notices.
 */
export function suspectLosses(restored: Restored, book: FindingBook, remedy: string): void {
  const called = new Set(restored.objects.flatMap(calledBy))
  for (const { kind, identity, properties } of restored.objects) {
    const returns = properties['returns'] ?? ''
    const isOurs = !managedSchemas.includes(partsOfIdentity(identity)[0] ?? '')
    if (kind !== 'function' || !isOurs || !(returns in callers) || called.has(nameOf(identity))) continue
    const message = `nothing calls ${identity}, which is a trigger's: the Supabase CLI leaves ${callers[returns]} out`
    book.notice('completeness', identity, message, returns === 'trigger' ? remedy : keepEventTrigger)
  }
  const policies = restored.objects.filter(
    ({ kind, identity }) => kind === 'policy' && identity.startsWith(`${files}.`),
  )
  if (policies.length === 0 && hasRows(restored))
    book.notice(
      'completeness',
      files,
      `no policy lets anybody at the rows of ${files}: the Supabase CLI leaves policies on it out`,
      remedy,
    )
}

const files = 'storage.objects'

/** By what a function returns. */
const callers: Readonly<Record<string, string>> = {
  trigger: 'triggers on tables of the platform (auth.users, …)',
  event_trigger: 'event triggers',
}

const keepEventTrigger = 'keep its CREATE EVENT TRIGGER beside the three files, in changes.sql'

function calledBy({ kind, properties }: ObjectFact): readonly string[] {
  if (kind === 'event trigger') return [nameOf(properties['function'] ?? '')]
  if (kind !== 'trigger') return []
  const [, name] = /EXECUTE (?:FUNCTION|PROCEDURE) ([^(]+)/.exec(properties['definition'] ?? '') ?? []
  return name === undefined ? [] : [name]
}

/** Without its arguments: a trigger's function has none of its own. */
function nameOf(identity: string): string {
  return identity.replace(/\(.*$/s, '')
}

function hasRows({ tables }: Restored): boolean {
  return tables.some(({ schema, name, rows }) => `${schema}.${name}` === files && rows !== '0')
}
