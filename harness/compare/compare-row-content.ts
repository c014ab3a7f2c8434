import { identityOf } from '../facts/index.ts'
import { differs, notChecked, rowsOf, same } from './findings.ts'
import type { CompareOptions } from './options.ts'
import { pairTables, unlikeConditions, unreadableRemedy, type TablePair } from './row-facts.ts'
import type { Finding } from './types.ts'

/** The check `row content`: one finding a table whose rows were fingerprinted. */
export function compareRowContent(options: CompareOptions): Finding[] {
  if (options.baselineKind === 'live') {
    return [
      notChecked('row content', {
        message: 'a live database has moved on since the dump: its rows are not comparable one by one',
        remedy: 'take backups with "rehearse backup": they record fingerprints in the dump\'s own snapshot',
        notice: true,
      }),
    ]
  }
  if (options.depth === 'counts') {
    return [
      notChecked('row content', {
        message: 'the content of rows was not compared, by choice (depth: counts): only their number was',
        remedy: 'leave depth out, or set it to "rows", to compare every row',
        notice: true,
      }),
    ]
  }
  const { encoding } = options.baseline.server
  if (encoding !== options.restored.server.encoding) {
    return [
      notChecked('row content', {
        message: `fingerprints are of bytes: ${encoding} there, ${options.restored.server.encoding} here`,
        remedy: `restore into a database with encoding ${encoding}`,
      }),
    ]
  }
  const loaded = new Map(options.loaded?.map((table) => [identityOf([table.schema, table.name]), table.rowsInDump]))
  const findings = pairTables(options)
    .filter((pair) => pair.baseline.persistence !== 'materialized view')
    .map((pair) => {
      const rowsInDump = loaded.get(identityOf([pair.baseline.schema, pair.baseline.name]))
      // Without a section of its own a table has no rows in the dump.
      return compareTable(pair, options.loaded ? (rowsInDump ?? 0) : undefined)
    })
  if (findings.length > 0) return findings
  return [
    notChecked('row content', {
      message: 'the baseline holds no tables',
      remedy: 'check that the baseline was taken from the right database',
    }),
  ]
}

function compareTable(pair: TablePair, rowsInDump: number | undefined): Finding {
  const { object, baseline, restored, provided } = pair
  if (restored === null) {
    return differs('row content', { object, message: `${object} is missing`, expected: baseline.fingerprint })
  }
  const unlike = unlikeConditions('row content', pair)
  if (unlike) return unlike
  const blind = baseline.unreadable ?? restored.unreadable
  if (blind !== undefined) {
    const side = baseline.unreadable === undefined ? 'restored' : 'baseline'
    return notChecked('row content', {
      object,
      message: `${object} could not be read: ${blind}`,
      remedy: unreadableRemedy[side],
    })
  }
  const details = { object, expected: baseline.fingerprint, actual: restored.fingerprint }
  if (baseline.persistence === 'unlogged' && rowsInDump !== undefined && String(rowsInDump) !== baseline.rows) {
    return notChecked('row content', {
      ...details,
      message: `unlogged table ${object}: the dump does not hold its rows`,
      remedy: 'nothing, if it may be empty after a disaster; else make it a logged table',
      notice: true,
    })
  }
  if (baseline.fingerprint === null || restored.fingerprint === null) {
    return notChecked('row content', {
      ...details,
      message: `${object} was not fingerprinted ${baseline.fingerprint === null ? 'where the backup was taken' : 'in the restored database'}`,
      remedy: 'take the facts with fingerprints',
    })
  }
  const lost = baseline.columns.filter((column) => !restored.columns.includes(column))
  const extra = restored.columns.filter((column) => !baseline.columns.includes(column))
  if (lost.length + extra.length > 0) {
    const change = [...lost.map((column) => `without ${column}`), ...extra.map((column) => `with ${column} added`)]
    const message = `${object} has other columns: ${change.join(', ')}`
    if (!provided) return differs('row content', { ...details, message })
    const remedy = 'restore into an engine that brings the platform (--image supabase/postgres:…) to compare them'
    return notChecked('row content', { ...details, message: `${message}, in the stand-in`, remedy, notice: true })
  }
  if (baseline.rows !== restored.rows) {
    return differs('row content', { ...details, message: `${object} holds other rows: their number differs` })
  }
  if (baseline.fingerprint !== restored.fingerprint) {
    return differs('row content', {
      ...details,
      message: `${object}: ${rowsOf(baseline.rows)} as before, but not the same ones`,
    })
  }
  return same('row content', { ...details, message: `${object}: all ${rowsOf(baseline.rows)} are the same` })
}
