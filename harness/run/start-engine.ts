import { chooseEngine, type DisposableServer, type EngineLack } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import type { Platform } from '../supabase/index.ts'
import { needOf } from './need-of.ts'
import { platformOf } from './platform-of.ts'
import type { ReadDump } from './read-dumps.ts'
import type { Situation } from './situation.ts'

export interface StartedEngine {
  readonly server: DisposableServer
  readonly because: string
  readonly lacks: readonly EngineLack[]
  readonly platform: Platform
}

export async function startEngine(
  dumps: readonly ReadDump[],
  baseline: Facts | null,
  situation: Situation,
): Promise<StartedEngine> {
  const { signal, progress, config } = situation
  const { kind, image, superuser } = config.values.engine
  // Only what people would type on the bad day, on a server as they would have it, takes as long as a recovery.
  const durable = config.values.budgets.rtoMs !== null && config.values.restorer === 'stock'
  const need = { ...needOf(dumps, baseline, superuser), ...(durable && { durable }) }
  const { engine, because, lacks } = situation.engine
    ? { engine: situation.engine, because: 'handed over', lacks: await situation.engine.lacks(need) }
    : await chooseEngine(kind, need, image ? { image } : {})
  const server = await engine.start(need, { signal, progress })
  // What an image holds is known once it is here.
  const isPulled = engine.kind === 'container' && lacks.length === 0 && (need.demands ?? []).length > 0
  const lacking = isPulled ? await engine.lacks(need) : lacks
  const summaries = dumps.map(({ summary }) => summary)
  return { server, because, lacks: lacking, platform: platformOf(summaries, lacking, baseline, server) }
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
