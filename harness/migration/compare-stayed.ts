import type { SqlRunner } from '../core/index.ts'
import { compareValues, type TableFact } from '../facts/index.ts'
import { spell } from './changed-tables.ts'
import type { BeforeAndAfter } from './describe-changes.ts'
import type { Relation } from './read-catalogue.ts'
import { nameOf } from './rename-map.ts'
import type { ChangedTable } from './types.ts'

/** By the table's name before. */
export type StayedColumns = ReadonlyMap<string, ChangedTable['content']>

/** Each is read once on both sides. */
const mostCompared = 200

/**
 * Whether rows hold what they held, where columns came, went or were renamed and as many rows are left: fingerprints of
 * such tables are of other columns, so those that stayed are read again, in the copy that the migration has not touched
 * and in the clone.
 */
export async function compareStayed(
  [copy, clone]: readonly [SqlRunner, SqlRunner],
  [before, after]: readonly [BeforeAndAfter, BeforeAndAfter],
  statementTimeoutMs: number,
): Promise<StayedColumns> {
  const [factsBefore, factsAfter] = [byName(before), byName(after)]
  const stayed = new Map<string, ChangedTable['content']>()
  for (const was of before.catalogue.values()) {
    const is = after.catalogue.get(was.oid)
    const [there, here] = [factsBefore.get(nameOf(was)), is && factsAfter.get(nameOf(is))]
    if (!is || !there || !here || there.fingerprint === null || here.fingerprint === null) continue
    if (there.rows !== here.rows || there.rows === '0' || there.columns.join('\n') === here.columns.join('\n')) continue
    const content =
      stayed.size < mostCompared
        ? await compareValues([copy, clone], [was, is], namesOf(was, is), { statementTimeoutMs })
        : 'not-compared'
    stayed.set(nameOf(was), content)
  }
  return stayed
}

/** A column that was dropped and made anew has another number. */
function namesOf(was: Relation, is: Relation): (readonly [string, string])[] {
  return [...was.columns].flatMap(([number, name]) => {
    const now = is.columns.get(number)
    return now === undefined ? [] : [[name, now] as const]
  })
}

function byName({ facts }: BeforeAndAfter): ReadonlyMap<string, TableFact> {
  return new Map(facts.tables.map((table) => [spell(table), table]))
}
