import { asFault } from '../core/index.ts'
import { askForLacks, candidates, chooseAmong, type ChooseOptions } from './choose-engine.ts'
import type { EngineKind, EngineLack, EngineNeed } from './types.ts'

/** How an engine of this machine stands to a need. */
export interface EngineView {
  readonly kind: EngineKind
  /** What it would restore into: `PostgreSQL 15.18`, `image postgres:15`; null where it can't start. */
  readonly offers: string | null
  readonly lacks: readonly EngineLack[]
  /** `auto` would take it. */
  readonly isChosen: boolean
}

export interface EngineSurvey {
  readonly engines: readonly EngineView[]
  /** Why that one, or why none. */
  readonly because: string
}

/** What every engine at hand would make of a need, and which of them `auto` would take. Starts no server. */
export async function surveyEngines(need: EngineNeed, options: ChooseOptions = {}): Promise<EngineSurvey> {
  const all = await Promise.all(
    candidates('auto', options).map(async (engine) => ({ engine, lacks: await askForLacks(engine, need) })),
  )
  const seen = all.map(({ engine, lacks }) => ({ ...engine, lacks: async () => lacks }))
  const chosen = await chooseAmong(seen, need, 'auto').catch(asFault)
  const kind = 'engine' in chosen ? chosen.engine.kind : null
  return {
    engines: await Promise.all(
      all.map(async ({ engine, lacks }) => ({
        kind: engine.kind,
        offers: lacks.some(({ fatal }) => fatal) ? null : ((await engine.offers?.(need)) ?? null),
        lacks,
        isChosen: engine.kind === kind,
      })),
    ),
    because: 'engine' in chosen ? chosen.because : chosen.message,
  }
}
