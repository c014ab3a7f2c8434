import type { OutlineEntry } from '../../dump/index.ts'
import type { Unweighed } from './plan-graph.ts'
import { readMentions } from './read-mentions.ts'

/** Shorter runs are done before others could begin to help. */
const worthPlanning = 200

/** Tables and sequences that are made one after the other, by the place of the first of them. */
export function findDefinitions(outline: readonly OutlineEntry[]): ReadonlyMap<number, readonly Unweighed[]> {
  const runs = new Map<number, readonly Unweighed[]>()
  let run: Unweighed[] = []
  for (const [place, entry] of [...outline, null].entries()) {
    const touches = entry && readMentions(entry)
    if (entry && touches) run.push({ entry, touches, afterAllRows: false })
    else {
      if (run.length >= worthPlanning) runs.set(place - run.length, run)
      run = []
    }
  }
  return runs
}
