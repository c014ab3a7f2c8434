import { formatCount, type SqlRunner } from '../core/index.ts'
import { identityOf, narrowRows, type Facts, type NarrowedRows } from '../facts/index.ts'
import type { Finding } from '../compare/index.ts'

/** Tables that are looked into: each is read some times more. */
const mostTables = 10
const mostKeys = 5

/**
 * Findings of rows that are not the same ones, with how many they are and the hashes of their keys. For two databases
 * that both stand still, or are read in the snapshots that the findings are of: elsewhere other rows would be named.
 */
export async function narrowFindings(
  findings: readonly Finding[],
  facts: Facts,
  first: SqlRunner,
  second: SqlRunner,
): Promise<readonly Finding[]> {
  const tables = new Map(facts.tables.map((table) => [identityOf([table.schema, table.name]), table]))
  const narrowed: Finding[] = []
  let left = mostTables
  for (const finding of findings) {
    const table = tables.get(finding.object ?? '')
    const isOfRows = finding.check === 'row content' && finding.status === 'differs' && finding.actual !== null
    if (!isOfRows || !table || left === 0) {
      narrowed.push(finding)
      continue
    }
    left -= 1
    const found = await narrowRows(first, second, table, { mostKeys })
    const words = 'unreadable' in found ? `which could not be told: ${found.unreadable}` : describe(found)
    narrowed.push({ ...finding, message: `${finding.message}: ${words}` })
  }
  return narrowed
}

/**
 * The same of a restored copy and what was recorded with its dump: a sum a table, which says that rows differ and not
 * which. The database that it was taken from may still say.
 */
export function withWayToRows(finding: Finding): Finding {
  const { check, status, actual, remedy } = finding
  if (check !== 'row content' || status !== 'differs' || actual === null || remedy !== null) return finding
  return {
    ...finding,
    remedy:
      'a backup records one fingerprint a table, so which rows they are is not known from it: `rehearse diff env:NAME <this backup>` tells how many and the hashes of their keys; what production has changed since the dump is among them',
  }
}

function describe({ by, changed, missing, added, isComplete, keys }: NarrowedRows): string {
  const counts = [
    ...(changed > 0 ? [`${formatCount(changed)} changed`] : []),
    ...(missing > 0 ? [`${formatCount(missing)} missing`] : []),
    ...(added > 0 ? [`${formatCount(added)} added`] : []),
  ].join(', ')
  const which = `${by === 'row' ? 'hashes of rows' : 'hashes of keys'} ${keys.join(' ')}`
  return `${isComplete ? '' : 'at least '}${counts === '' ? 'none' : counts} (${which})`
}
