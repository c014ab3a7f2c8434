import type { ObjectFact } from '../facts/index.ts'
import type { Grade } from './grade.ts'

/**
 * What a difference means in things that belong to the server rather than to the database, or that a restore is not
 * meant to bring back as they were; null for everything else. `property` is null where a side lacks the object.
 */
export function gradeSurroundings(
  property: string | null,
  was: ObjectFact | null,
  is: ObjectFact | null,
): Grade | null {
  const kind = (was ?? is)?.kind
  if (kind === 'tablespace' || property === 'tablespace' || property === 'index tablespace') {
    return { grade: 'notice', why: 'a disposable server has none of production’s tablespaces' }
  }
  if (kind === 'subscription' && property === 'enabled' && is?.properties['enabled'] === 'false') {
    return { grade: 'notice', why: 'a dump brings subscriptions back disabled, as it should' }
  }
  const options = [was, is].map((side) => side?.properties['options'] ?? null)
  if (kind === 'user mapping' && property === 'options' && options.includes(null)) {
    return {
      grade: 'not-checked',
      why: 'one side has no options, or shows none to the role that looked',
      remedy: 'let the observing role own the server, or be a superuser',
      notice: true,
    }
  }
  return null
}
