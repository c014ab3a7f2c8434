import { formatCount } from '../core/index.ts'
import { identityOf } from '../facts/index.ts'
import { differs, notChecked, rowsOf, same } from './findings.ts'
import { loadedThroughRoot, type LoadedThrough } from './loaded-through-root.ts'
import type { CompareOptions, LoadedRows } from './options.ts'
import { pairTables, unlikeConditions, unreadableRemedy, type TablePair } from './row-facts.ts'
import type { Finding } from './types.ts'

/** The check `row counts`: one finding a table. Equal counts don't prove equal rows. */
export function compareRowCounts(options: CompareOptions): Finding[] {
  const loaded = new Map(options.loaded?.map((table) => [identityOf([table.schema, table.name]), table]))
  const throughRoot = loadedThroughRoot(options)
  const findings = pairTables(options).map((pair) => {
    const key = identityOf([pair.baseline.schema, pair.baseline.name])
    const finding = compareTable(pair, options, options.loaded ? (loaded.get(key) ?? null) : undefined)
    const through = throughRoot.get(key)
    return through && finding.attribution === 'dump' ? rerouted(finding, through) : finding
  })
  if (findings.length > 0) return findings
  return [
    notChecked('row counts', {
      message: 'the baseline holds no tables',
      remedy: 'check that the baseline was taken from the right database',
    }),
  ]
}

/** Which partition a row goes into is decided by the server that it is loaded into. */
function rerouted(finding: Finding, { root, isWhole }: LoadedThrough): Finding {
  const message = finding.message.replace(noSection, ` (the dump loads it through ${root})`)
  return { ...finding, message, attribution: isWhole ? 'restore' : 'dump' }
}

/** `loaded`: undefined when the loader's counts are not known, null when the dump has no rows section for the table. */
function compareTable(pair: TablePair, options: CompareOptions, loaded: LoadedRows | null | undefined): Finding {
  const { object, baseline, restored } = pair
  if (restored === null) {
    return differs('row counts', {
      object,
      message: `${object} is missing: ${rowsOf(baseline.rows)} not restored`,
      expected: baseline.rows,
      actual: null,
      attribution: attribute(BigInt(baseline.rows), 0n, loaded),
    })
  }
  const unlike = unlikeConditions('row counts', pair)
  if (unlike) return unlike
  const blind = baseline.unreadable ?? restored.unreadable
  if (blind !== undefined) {
    const side = baseline.unreadable === undefined ? 'restored' : 'baseline'
    return notChecked('row counts', {
      object,
      message: `${object} could not be read ${side === 'restored' ? 'in the restored database' : 'where the backup was taken'}: ${blind}`,
      remedy: unreadableRemedy[side],
    })
  }
  if (baseline.persistence === 'materialized view') return compareMaterializedView(pair)
  if (baseline.persistence === 'unlogged' && loaded !== undefined) return compareUnlogged(pair, loaded)
  const expected = BigInt(baseline.rows)
  const actual = BigInt(restored.rows)
  const details = { object, expected: baseline.rows, actual: restored.rows }
  if (expected === actual) return same('row counts', { ...details, message: `${object}: ${rowsOf(actual)}` })
  if (options.baselineKind === 'live') return compareDrift(pair, options, loaded)
  return differs('row counts', {
    ...details,
    message: `${object}: ${formatCount(actual)} of ${rowsOf(expected)}${explain(expected, actual, loaded)}`,
    attribution: attribute(expected, actual, loaded),
  })
}

function compareDrift(pair: TablePair, options: CompareOptions, loaded: LoadedRows | null | undefined): Finding {
  const expected = BigInt(pair.baseline.rows)
  const actual = BigInt(pair.restored?.rows ?? '0')
  const gap = expected > actual ? expected - actual : actual - expected
  const tolerance = options.rowTolerance?.({ schema: pair.baseline.schema, name: pair.baseline.name }) ?? { ratio: 0 }
  const details = { object: pair.object, expected: String(expected), actual: String(actual) }
  const message = `${pair.object}: ${rowsOf(actual)}, production has ${formatCount(expected)} now`
  if (Number(gap) <= Math.max(tolerance.ratio * Number(expected), tolerance.rows ?? 0)) {
    return same('row counts', { ...details, message: `${message}: drift since the dump`, notice: true })
  }
  return differs('row counts', {
    ...details,
    message: `${message}: more than the tolerance${explain(expected, actual, loaded)}`,
    // The dump may rightly hold fewer rows than production has by now: only what the restore lost is certain.
    attribution: loaded && BigInt(loaded.rowsInDump) > actual ? 'restore' : null,
  })
}

/** Its rows are computed anew when it is restored, and may have been stale where the backup was taken. */
function compareMaterializedView({ object, baseline, restored }: TablePair): Finding {
  const details = { object, expected: baseline.rows, actual: restored?.rows ?? null }
  if (baseline.populated && restored?.populated === false) {
    return differs('row counts', {
      ...details,
      message: `materialized view ${object} was not refreshed: it cannot be read`,
      attribution: 'restore',
    })
  }
  const equal = baseline.rows === restored?.rows
  return same('row counts', {
    ...details,
    message: equal
      ? `materialized view ${object}: ${rowsOf(baseline.rows)}`
      : `materialized view ${object}: ${rowsOf(restored?.rows ?? '0')} after its refresh, ${formatCount(baseline.rows)} before`,
    notice: !equal,
  })
}

/** A standby's dump, or one with --no-unlogged-table-data, holds none of its rows. */
function compareUnlogged({ object, baseline, restored }: TablePair, loaded: LoadedRows | null): Finding {
  const inDump = BigInt(loaded?.rowsInDump ?? 0)
  const actual = BigInt(restored?.rows ?? '0')
  const details = { object, expected: String(inDump), actual: String(actual) }
  if (actual !== inDump) {
    return differs('row counts', {
      ...details,
      message: `unlogged table ${object}: ${formatCount(actual)} of the dump's ${rowsOf(inDump)}`,
      attribution: 'restore',
    })
  }
  return same('row counts', {
    ...details,
    message: `unlogged table ${object}: ${rowsOf(actual)}, all that the dump holds of ${formatCount(baseline.rows)}`,
    notice: inDump !== BigInt(baseline.rows),
  })
}

/** The first step at which rows went missing (or came to be too many). */
function attribute(expected: bigint, actual: bigint, loaded: LoadedRows | null | undefined): Finding['attribution'] {
  if (loaded === undefined) return null
  const inDump = BigInt(loaded?.rowsInDump ?? 0)
  if (inDump !== expected) return 'dump'
  return inDump === actual ? null : 'restore'
}

const noSection = ' (the dump has no data section for it)'

function explain(expected: bigint, actual: bigint, loaded: LoadedRows | null | undefined): string {
  if (loaded === undefined) return ''
  if (loaded === null) return expected === 0n ? '' : noSection
  const inDump = BigInt(loaded.rowsInDump)
  const took = BigInt(loaded.rowsLoaded)
  if (inDump === actual) return ` (the dump holds ${formatCount(inDump)})`
  if (took === inDump) return ` (the dump holds ${formatCount(inDump)}, all were loaded, and some are gone since)`
  return ` (the dump holds ${formatCount(inDump)}, the server took ${formatCount(took)})`
}
