import type { DumpDemand, DumpSummary } from '../dump/index.ts'
import type { EngineNeed } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import type { ReadDump } from './read-dumps.ts'

/** What the dumps ask of an engine, all of them together. */
export function needOf(dumps: readonly ReadDump[], baseline: Facts | null, superuser: string | null): EngineNeed {
  const need = needOfSummaries(dumps.map(({ summary }) => summary))
  return { ...need, major: need.major ?? baseline?.server.major ?? null, superuser: superuser ?? need.superuser }
}

/** The same of dumps alone, with nothing known beside them. */
export function needOfSummaries(summaries: readonly DumpSummary[]): EngineNeed {
  const versions = summaries.flatMap(({ serverVersion }) => serverVersion ?? [])
  // The newest of them: a server takes in what older ones wrote.
  const newest = Math.max(...versions.map((text) => Number.parseInt(text, 10)))
  const rolesCreated = new Set(summaries.flatMap((summary) => summary.rolesCreated))
  return {
    major: Number.isFinite(newest) ? newest : null,
    extensions: [...new Set(summaries.flatMap(({ extensions }) => extensions))].sort(),
    demands: mergeDemands(summaries.flatMap(({ demands }) => demands)),
    plainBytes: summaries.reduce((sum, { plainBytes }) => sum + plainBytes, 0),
    // A dump of a whole Supabase cluster creates `postgres` as an ordinary role: its bootstrap superuser is another.
    superuser: rolesCreated.has('supabase_admin') && rolesCreated.has('postgres') ? 'supabase_admin' : 'postgres',
  }
}

/** What several dumps ask for, each once. */
function mergeDemands(all: readonly DumpDemand[]): readonly DumpDemand[] {
  const merged = new Map<string, DumpDemand>()
  for (const demand of all) {
    const key = `${demand.kind} ${demand.name}`
    const known = merged.get(key) ?? demand
    const version = known.version ?? demand.version
    const both = (name: 'objects' | 'callers'): string[] => [...new Set([...known[name], ...demand[name]])]
    merged.set(key, { ...known, version, objects: both('objects'), callers: both('callers') })
  }
  return [...merged.values()]
}
