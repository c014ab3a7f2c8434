import type { OutlineEntry } from '../../dump/index.ts'
import { mayReorder, type RelationUse, type Touch } from './uses.ts'

/** An entry that may run beside others, with what decides when. */
export interface FreeEntry {
  readonly entry: OutlineEntry
  readonly touches: readonly Touch[]
  readonly afterAllRows: boolean
  readonly cost: number
}

export type Unweighed = Omit<FreeEntry, 'cost'>

export interface PlanItem extends FreeEntry {
  /** Its place in the dump; also its index in the plan. */
  readonly id: number
  /** Items that must be done first. */
  readonly after: readonly number[]
  /** The cost of the longest chain of work that begins with it: what has most behind it goes first. */
  readonly chain: number
}

/** Orders entries of a dump only where one of them needs another. */
export function planGraph(entries: readonly FreeEntry[]): readonly PlanItem[] {
  const users = new Map<string, { readonly id: number; readonly use: RelationUse }[]>()
  const loads: number[] = []
  const after = entries.map((entry, id) => {
    const needs = new Set<number>()
    for (const { key, use } of entry.touches) {
      const earlier = users.get(key) ?? []
      for (const user of earlier) if (!mayReorder(user.use, use)) needs.add(user.id)
      // Nothing changes places with these: what comes after them comes after all that was before them, too.
      if (use === 'load' || use === 'ordered') users.set(key, [{ id, use }])
      else users.set(key, [...earlier, { id, use }])
    }
    if (entry.afterAllRows) for (const load of loads) needs.add(load)
    if (isLoad(entry)) loads.push(id)
    return [...needs]
  })
  const chains = longestChains(entries, after)
  return entries.map((entry, id) => ({ ...entry, id, after: after[id] ?? [], chain: chains[id] ?? 0 }))
}

function isLoad({ entry }: FreeEntry): boolean {
  return entry.kind === 'copy' || entry.kind === 'inserts'
}

/** Needs always point back, so one pass from the end finds them. */
function longestChains(entries: readonly FreeEntry[], after: readonly (readonly number[])[]): readonly number[] {
  const behind = new Float64Array(entries.length)
  const chains: number[] = Array.from({ length: entries.length }, () => 0)
  for (let id = entries.length - 1; id >= 0; id -= 1) {
    const chain = (entries[id]?.cost ?? 0) + (behind[id] ?? 0)
    chains[id] = chain
    for (const need of after[id] ?? []) behind[need] = Math.max(behind[need] ?? 0, chain)
  }
  return chains
}
