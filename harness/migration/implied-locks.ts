import type { Catalogue, Relation } from './read-catalogue.ts'

/**
 * Relations, by OID, of which a migration must have had an ACCESS EXCLUSIVE lock, however short: those that it dropped,
 * renamed, wrote anew, or whose columns it added, dropped or renamed. An ALTER TABLE holds it for a millisecond where nobody
 * is in its way, and for as long as the longest query where somebody is.
 * https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
 */
export function impliedLocks(was: Catalogue, is: Catalogue): ReadonlySet<string> {
  const changed = [...was.values()].filter((before) => kinds.has(before.kind) && isAltered(before, is.get(before.oid)))
  return new Set(changed.map(({ oid }) => oid))
}

/** Tables, partitioned ones and materialised views. An index is rebuilt without it by REINDEX CONCURRENTLY. */
const kinds: ReadonlySet<string> = new Set(['r', 'p', 'm'])

function isAltered(was: Relation, is: Relation | undefined): boolean {
  if (is === undefined) return true
  const columns = ({ columns }: Relation): string =>
    JSON.stringify([...columns].sort(([a], [b]) => Number(a) - Number(b)))
  return was.file !== is.file || was.name !== is.name || was.schema !== is.schema || columns(was) !== columns(is)
}
