import type { SqlRunner } from '../core/index.ts'
import { readSights, type Look, type LookLimits, type Lookup } from './read-sights.ts'
import type { Viewer } from './viewers.ts'

/** What one viewer is to look at. */
export interface Wish<L extends Lookup> {
  readonly viewer: Viewer
  readonly lookups: readonly L[]
}

/** A session becomes a viewer once for so many looks: few enough that no session waits long for the others' last. */
const looksPerTurn = 50

/**
 * All looks of all viewers, taken by whichever session is free, in the transactions that they have open. When one
 * fails, the others end the turn they are at, and its fault is thrown.
 */
export async function lookTogether<L extends Lookup>(
  sessions: readonly SqlRunner[],
  wishes: readonly Wish<L>[],
  limits: LookLimits,
): Promise<ReadonlyMap<Viewer, ReadonlyMap<L, Look>>> {
  const turns = wishes.flatMap(inTurns)
  const seen = new Map(wishes.map(({ viewer }) => [viewer, new Map<L, Look>()]))
  const take = async (sql: SqlRunner): Promise<void> => {
    for (let turn = turns.shift(); turn; turn = turns.shift()) {
      const { viewer, lookups } = turn
      const looks = await readSights(sql, viewer, lookups, limits)
      for (const [index, look] of looks.entries()) {
        const lookup = lookups[index]
        if (lookup) seen.get(viewer)?.set(lookup, look)
      }
    }
  }
  const ends = await Promise.allSettled(
    sessions.map(async (sql) => {
      try {
        await take(sql)
      } catch (error) {
        turns.length = 0
        throw error
      }
    }),
  )
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  return seen
}

function inTurns<L extends Lookup>({ viewer, lookups }: Wish<L>): Wish<L>[] {
  const turns: Wish<L>[] = []
  for (let start = 0; start < lookups.length; start += looksPerTurn) {
    turns.push({ viewer, lookups: lookups.slice(start, start + looksPerTurn) })
  }
  return turns
}
