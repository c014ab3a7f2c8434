import { Fault, scrubLine } from '../core/index.ts'
import { containerEngine } from './container/container-engine.ts'
import { embeddedEngine, type EmbeddedOptions } from './embedded/embedded-engine.ts'
import type { Engine, EngineKind, EngineLack, EngineNeed } from './types.ts'

export interface ChooseOptions extends EmbeddedOptions {
  /** Image of the container engine; `postgres:<major>` unless given. */
  readonly image?: string
}

export interface ChosenEngine {
  readonly engine: Engine
  /** Why this one, for the evidence. */
  readonly because: string
  /** What it lacks all the same; none of it fatal. */
  readonly lacks: readonly EngineLack[]
}

/**
 * The engine for a need. `auto`: the cheapest that lacks nothing, else of those that can start the one that lacks
 * least. Throws `E_ENGINE_UNAVAILABLE` when none can start, with every engine's lacks and remedies in the hint.
 */
export async function chooseEngine(
  kind: 'auto' | EngineKind,
  need: EngineNeed,
  options: ChooseOptions = {},
): Promise<ChosenEngine> {
  if (kind === 'server') {
    throw new Fault('E_ENGINE_UNAVAILABLE', 'the engine "server" is not available yet', {
      hint: 'use engine "embedded" or "container"',
    })
  }
  return chooseAmong(candidates(kind, options), need, kind)
}

/** Cheapest first. An image named in config asks for the container that has it. */
function candidates(kind: 'auto' | 'embedded' | 'container', options: ChooseOptions): readonly Engine[] {
  const container = (): Engine => containerEngine(options.image === undefined ? {} : { image: options.image })
  if (kind === 'container' || (kind === 'auto' && options.image !== undefined)) return [container()]
  return kind === 'embedded' ? [embeddedEngine(options)] : [embeddedEngine(options), container()]
}

/** Exported for its test. */
export async function chooseAmong(
  engines: readonly Engine[],
  need: EngineNeed,
  asked: 'auto' | EngineKind,
): Promise<ChosenEngine> {
  const seen: { readonly engine: Engine; readonly lacks: readonly EngineLack[] }[] = []
  for (const engine of engines) {
    const lacks = await engine.lacks(need)
    if (lacks.length === 0) return { engine, lacks, because: because(asked, engine, lacks, seen.length) }
    seen.push({ engine, lacks })
  }
  const [best] = seen
    .filter(({ lacks }) => lacks.every(({ fatal }) => !fatal))
    .sort((a, b) => a.lacks.length - b.lacks.length)
  if (best !== undefined) return { ...best, because: because(asked, best.engine, best.lacks, 0) }
  throw new Fault('E_ENGINE_UNAVAILABLE', 'no engine on this machine can hold the dump', {
    hint: seen
      .flatMap(({ engine, lacks }) =>
        lacks.map(({ what, remedy }) => `${engine.kind} lacks ${scrubLine(what)}: ${remedy}`),
      )
      .join('\n'),
  })
}

function because(asked: string, engine: Engine, lacks: readonly EngineLack[], cheaper: number): string {
  const named = lacks.map(({ what }) => scrubLine(what)).join(', ')
  const holds =
    lacks.length > 0
      ? `${engine.kind} holds most of what the dump needs; it lacks ${named}`
      : `${engine.kind} holds everything the dump needs${cheaper > 0 ? ', which cheaper engines do not' : ''}`
  return asked === 'auto' ? holds : `${holds} (asked for)`
}
