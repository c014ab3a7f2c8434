import { asFault, Fault, scrubLine } from '../core/index.ts'
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
 * The engine for a need. `auto`: the cheapest that lacks nothing that matters, else of those that can start the one that
 * leaves least unchecked. Throws `E_ENGINE_UNAVAILABLE` when none can start, with what keeps each from it, and what to do.
 */
export async function chooseEngine(
  kind: 'auto' | EngineKind,
  need: EngineNeed,
  options: ChooseOptions = {},
): Promise<ChosenEngine> {
  if (kind === 'server') {
    throw new Fault('E_ENGINE_UNAVAILABLE', 'the engine "server" is for `rehearse run` alone', {
      hint: 'use engine "embedded" or "container"',
    })
  }
  return chooseAmong(candidates(kind, options), need, kind)
}

/** Cheapest first. An image named in config asks for the container that has it. */
export function candidates(kind: 'auto' | 'embedded' | 'container', options: ChooseOptions): readonly Engine[] {
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
  const seen: Seen[] = []
  for (const engine of engines) {
    const lacks = await askForLacks(engine, need)
    if (lacks.every(({ isSlight = false }) => isSlight)) return choose({ engine, lacks }, asked, seen)
    seen.push({ engine, lacks })
  }
  const [best] = seen.filter(({ lacks }) => lacks.every(({ fatal }) => !fatal)).sort(leastLacking)
  if (best !== undefined) return choose(best, asked, [])
  const where = asked === 'auto' ? 'no engine on this machine can' : `the engine ${asked} cannot`
  throw new Fault('E_ENGINE_UNAVAILABLE', `${where} hold the dump`, {
    hint: seen
      .flatMap(({ engine, lacks }) =>
        lacks
          .filter(({ fatal }) => fatal)
          .map(({ what, remedy }) => `${engine.kind} lacks ${scrubLine(what)}: ${remedy}`),
      )
      .join('; '),
  })
}

/** What an engine lacks; one that can't say, for its daemon has gone, lacks that. */
export async function askForLacks(engine: Engine, need: EngineNeed): Promise<readonly EngineLack[]> {
  try {
    return await engine.lacks(need)
  } catch (thrown) {
    const { kind, message, hint } = asFault(thrown)
    if (kind !== 'environment') throw thrown
    return [{ what: message, remedy: hint ?? 'run `rehearse doctor`', fatal: true }]
  }
}

interface Seen {
  readonly engine: Engine
  readonly lacks: readonly EngineLack[]
}

/** What goes unchecked counts first, then what is only said. The sort is stable: among equals the cheapest is first. */
function leastLacking(a: Seen, b: Seen): number {
  const unchecked = ({ lacks }: Seen): number => lacks.filter(({ notice }) => notice === undefined).length
  const said = ({ lacks }: Seen): number => lacks.filter(({ isSlight = false }) => !isSlight).length
  return unchecked(a) - unchecked(b) || said(a) - said(b)
}

function choose({ engine, lacks }: Seen, asked: string, cheaper: readonly Seen[]): ChosenEngine {
  return { engine, lacks, because: because(asked, engine, lacks, cheaper) }
}

/** One sentence: what it holds, and what cheaper engines were passed over for. */
function because(asked: string, engine: Engine, lacks: readonly EngineLack[], cheaper: readonly Seen[]): string {
  const named = (list: readonly EngineLack[]): string =>
    list
      .filter(({ isSlight = false }) => !isSlight)
      .map(({ what }) => scrubLine(what))
      .join(', ')
  const passed = cheaper.map((other) => `${other.engine.kind} lacks ${named(other.lacks)}`).join('; ')
  const holds =
    named(lacks) !== ''
      ? `${engine.kind} holds most of what the dump needs; it lacks ${named(lacks)}`
      : `${engine.kind} holds everything the dump needs${passed === '' ? '' : ` (${passed})`}`
  return asked === 'auto' ? holds : `${holds} (asked for)`
}
