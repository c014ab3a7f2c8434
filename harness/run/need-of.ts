import type { DumpDemand, DumpSummary } from '../dump/index.ts'
import type { EngineNeed } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { rolesOfProject } from '../supabase/index.ts'
import { bootstrapRole } from './bootstrap-role.ts'
import type { ReadDump } from './read-dumps.ts'

/** What the dumps ask of an engine, all of them together. */
export function needOf(dumps: readonly ReadDump[], baseline: Facts | null, superuser: string | null): EngineNeed {
  const summaries = dumps.map(({ summary }) => summary)
  const need = needOfSummaries(summaries)
  return {
    ...need,
    major: need.major ?? baseline?.server.major ?? null,
    superuser: superuser ?? bootstrapRole(summaries, baseline),
  }
}

/** The same of dumps alone, with nothing known beside them. */
export function needOfSummaries(summaries: readonly DumpSummary[]): EngineNeed {
  const versions = summaries.flatMap(({ serverVersion }) => serverVersion ?? [])
  // The newest of them: a server takes in what older ones wrote.
  const newest = Math.max(...versions.map((text) => Number.parseInt(text, 10)))
  return {
    major: Number.isFinite(newest) ? newest : null,
    extensions: [...new Set(summaries.flatMap(({ extensions }) => extensions))].sort(),
    demands: mergeDemands(summaries.flatMap(({ demands }) => demands)),
    plainBytes: summaries.reduce((sum, { plainBytes }) => sum + plainBytes, 0),
    superuser: bootstrapRole(summaries, null),
    platformRoles: rolesOfProject(
      summaries.flatMap(({ rolesMentioned, rolesCreated }) => [...rolesMentioned, ...rolesCreated]),
    ),
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
