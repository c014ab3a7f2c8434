import type { Facts } from '../../facts/index.ts'
import { rewrite, withProperties, type MajorRule } from './rule.ts'

/**
 * Since Postgres 15 initdb gives the schema public to pg_database_owner, and no longer lets everybody create in it
 * (https://www.postgresql.org/docs/15/release-15.html). An old pg_dump writes nothing of a schema that is as initdb made it,
 * so each server keeps its own: as it came on one side, as it came on the other.
 */
export const publicSchema: MajorRule = {
  since: 15,
  equalise(allOfOlder, allOfNewer) {
    const [older, newer] = [withoutChanges(allOfOlder), withoutChanges(allOfNewer)]
    const owner = publicOf(older)?.['owner'] ?? null
    const isUntouched =
      owner !== null &&
      linesOf(publicOf(older)?.['privileges']) === linesOf(`PUBLIC: CREATE, USAGE\n${owner}: CREATE, USAGE`) &&
      publicOf(newer)?.['owner'] === newOwner &&
      linesOf(publicOf(newer)?.['privileges']) === linesOf(`PUBLIC: USAGE\n${newOwner}: CREATE, USAGE`)
    if (!isUntouched) return [older, newer]
    const { privileges = null } = publicOf(newer) ?? {}
    const spelled = rewrite(older, 'schema', (schema) =>
      schema.identity === 'public' ? withProperties(schema, { owner: newOwner, privileges }) : schema,
    )
    return [spelled, newer]
  },
}

/** What its privileges are is a property of the schema; how that differs from what initdb gave, is between two initdbs. */
function withoutChanges(facts: Facts): Facts {
  return rewrite(facts, 'changed privileges', (changed) =>
    changed.identity === 'public."schema public"' ? null : changed,
  )
}

const newOwner = 'pg_database_owner'

function publicOf({ objects }: Facts): Readonly<Record<string, string | null>> | undefined {
  return objects.find(({ kind, identity }) => kind === 'schema' && identity === 'public')?.properties
}

function linesOf(privileges: string | null | undefined): string {
  return (privileges ?? '').split('\n').sort().join('\n')
}
