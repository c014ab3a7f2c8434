import { countOf, Fault, formatBytes, formatCount } from '../harness/core/index.ts'
import { ask, type Terminal } from './confirm-target.ts'

/* What a small project pulls in a minute or two; above it, the egress of a plan is worth a thought. */
export const usualBound = '1GB'

/** What is about to be pulled out of a Supabase project. */
export interface Pull {
  /** Tables without indexes, as they lie there; null: no database is dumped. */
  readonly tableBytes: number | null
  /** Null: no files are fetched. */
  readonly storage: { readonly objects: number; readonly bytes: number; readonly unsized: number } | null
}

export interface Agreement {
  /** More bytes than that are large. */
  readonly askAbove: number
  /** Said beforehand. */
  readonly yes: boolean
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const price =
  'it counts as egress of the project: beyond the plan’s quota it costs, or, with the spend cap on, the project is restricted'

/** `about 2.1 GB of tables and 353.0 MB in 1,234 objects of Storage`. */
export function describePull({ tableBytes, storage }: Pull): string {
  const unsized = storage?.unsized ? `, and ${formatCount(storage.unsized)} whose size is not known` : ''
  const files = storage && `${formatBytes(storage.bytes)} in ${countOf(storage.objects, 'object')} of Storage${unsized}`
  return [tableBytes === null ? null : `about ${formatBytes(tableBytes)} of tables`, files]
    .filter((part) => part !== null)
    .join(' and ')
}

/**
 * Asks before much is pulled, for somebody pays for it. Where nobody can be asked, files need `--yes`, and a dump is only
 * announced: a nightly backup that stays out is worse than its price. Throws `E_USAGE`.
 */
export async function agreeToPull(pull: Pull, { askAbove, yes, terminal, signal }: Agreement): Promise<void> {
  const fileBytes = pull.storage?.bytes ?? 0
  if (yes || (pull.tableBytes ?? 0) + fileBytes <= askAbove) return
  const what = `this pulls ${describePull(pull)}`
  if (terminal.input.isTTY && terminal.output.isTTY) {
    const said = await ask(`  ${what}\n  ${price}\n  go on? [y/N] `, terminal, signal)
    if (/^y(?:es)?$/i.test(said?.trim() ?? '')) return
    throw new Fault('E_USAGE', 'nobody agreed: nothing was pulled', { hint: 'type y when asked; in a script: --yes' })
  }
  if (fileBytes <= askAbove) return
  throw new Fault('E_USAGE', what, {
    hint: `${price}; say --yes to fetch it, or raise --ask-above`,
    facts: { bytes: fileBytes, objects: pull.storage?.objects ?? 0 },
  })
}
