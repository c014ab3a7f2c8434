import type { DumpDemand } from '../dump/index.ts'
import { chooseEngine, type DisposableServer, type EngineLack, type EngineNeed } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { platformFor, type Platform } from '../supabase/index.ts'
import type { ReadDump } from './read-dumps.ts'
import type { Situation } from './situation.ts'

export interface StartedEngine {
  readonly server: DisposableServer
  readonly because: string
  readonly lacks: readonly EngineLack[]
  readonly platform: Platform
}

/** What the dumps ask of an engine, all of them together. */
export function needOf(dumps: readonly ReadDump[], baseline: Facts | null, superuser: string | null): EngineNeed {
  const versions = dumps.flatMap(({ summary }) => summary.serverVersion ?? [])
  // The newest of them: a server takes in what older ones wrote.
  const newest = Math.max(...versions.map((text) => Number.parseInt(text, 10)))
  const rolesCreated = new Set(dumps.flatMap(({ summary }) => summary.rolesCreated))
  return {
    major: Number.isFinite(newest) ? newest : (baseline?.server.major ?? null),
    extensions: [...new Set(dumps.flatMap(({ summary }) => summary.extensions))].sort(),
    demands: mergeDemands(dumps.flatMap(({ summary }) => summary.demands)),
    plainBytes: dumps.reduce((sum, { summary }) => sum + summary.plainBytes, 0),
    // A dump of a whole Supabase cluster creates `postgres` as an ordinary role: its bootstrap superuser is another.
    superuser:
      superuser ?? (rolesCreated.has('supabase_admin') && rolesCreated.has('postgres') ? 'supabase_admin' : 'postgres'),
  }
}

export async function startEngine(
  dumps: readonly ReadDump[],
  baseline: Facts | null,
  situation: Situation,
): Promise<StartedEngine> {
  const { signal, progress, config } = situation
  const { kind, image, superuser } = config.values.engine
  const need = needOf(dumps, baseline, superuser)
  const { engine, because, lacks } = situation.engine
    ? { engine: situation.engine, because: 'handed over', lacks: await situation.engine.lacks(need) }
    : await chooseEngine(kind, need, image ? { image } : {})
  const server = await engine.start(need, { signal, progress })
  // What an image holds is known once it is here.
  const isPulled = engine.kind === 'container' && lacks.length === 0 && (need.demands ?? []).length > 0
  const lacking = isPulled ? await engine.lacks(need) : lacks
  const platform = platformFor({
    rolesMentioned: dumps.flatMap(({ summary }) => summary.rolesMentioned),
    rolesCreated: dumps.flatMap(({ summary }) => summary.rolesCreated),
    schemasMentioned: dumps.flatMap(({ summary }) => summary.schemasMentioned),
    schemasCreated: dumps.flatMap(({ summary }) => summary.schemasCreated),
  })
  return { server, because, lacks: lacking, platform }
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

/** By object of the dump, what it asks for and the engine lacks. Extensions stand for themselves: the server refuses them. */
export function lackingOf(lacks: readonly EngineLack[]): ReadonlyMap<string, string> {
  const known = lacks.filter(({ notice }) => notice === undefined)
  return new Map(
    known.flatMap(({ what, objects = [] }) =>
      objects.filter((object) => what !== `extension ${object}`).map((object) => [object, what] as const),
    ),
  )
}
