import { Fault, formatBytes, formatCount, scrubLine } from '../../core/index.ts'
import { listSets } from '../list-sets.ts'
import type { BackupSet, Manifest } from '../types.ts'
import type { CountedTable } from './check-written.ts'

/** A set as far as it is held against earlier ones. */
export interface SetSize {
  readonly source: NonNullable<Manifest['source']>
  readonly counted: readonly CountedTable[]
  /** Bytes of the archive. */
  readonly bytes: number
}

/** What an earlier set counted; null where that can't be read. */
export type EarlierReader = (set: BackupSet) => Promise<readonly CountedTable[] | null>

const shown = 8
/** So many sets are usual: a single one that is too small among them is not. */
const looksBack = 5

/** The rows of a table in the sets before, the newest first; undefined where a set does not have it. */
type Past = readonly (number | undefined)[]

/**
 * What has shrunk against the last five whole sets of the same database in the folder: a table with less than half of the
 * rows that it has in the newest of them, or usually (the median: one bad set does not become the norm), or that lost rows
 * with each set until more than half were gone; and likewise the archive's size. One line each; none where there is no such
 * set. It may be meant, so it is no reason to fail; nor is a folder that can't be read, which is said.
 */
export async function compareEarlier(folder: string, now: SetSize, read: EarlierReader): Promise<readonly string[]> {
  const sets = await listSets(folder).then(
    (listed) => listed.sets,
    (thrown: unknown) => (thrown instanceof Fault ? thrown : Promise.reject(thrown)),
  )
  if (sets instanceof Fault) return [`what has shrunk is not known, earlier sets could not be read: ${sets.message}`]
  const earlier = sets
    .filter((set) => isWhole(set) && isSameSource(set.manifest?.source, now.source))
    .slice(0, looksBack)
  const [newest] = earlier
  if (!newest) return []
  const counted: CountedSet[] = []
  for (const set of earlier) {
    const tables = await read(set)
    if (tables) counted.push({ name: set.name, rows: rowsOf(tables) })
  }
  return [...tableLines(counted, now.counted), ...sizeLines(earlier, now.bytes)]
}

interface CountedSet {
  readonly name: string
  readonly rows: ReadonlyMap<string, number>
}

function isWhole({ manifest, problems }: BackupSet): boolean {
  return manifest !== null && problems.every(({ notice }) => notice)
}

/** The same database of the same server, as far as both sets say. */
function isSameSource(earlier: Manifest['source'], now: SetSize['source']): boolean {
  if (!earlier || earlier.database !== now.database) return false
  const [before, after] = [earlier.systemIdentifierHash, now.systemIdentifierHash]
  return before === undefined || after === undefined || before === after
}

function rowsOf(tables: readonly CountedTable[]): ReadonlyMap<string, number> {
  return new Map(tables.map((table) => [`${table.schema}.${table.name}`, table.rows]))
}

function tableLines(past: readonly CountedSet[], now: readonly CountedTable[]): readonly string[] {
  const current = rowsOf(now)
  const found = { newest: [] as string[], usual: [] as string[], trend: [] as string[] }
  for (const name of [...new Set(past.flatMap(({ rows }) => [...rows.keys()]))].sort(byText)) {
    const rows = past.map((set) => set.rows.get(name))
    const left = current.get(name)
    const why = shrinkOf(rows, left)
    if (why === null) continue
    const what = left === undefined ? 'is gone' : left === 0 ? 'is empty' : `has ${formatCount(left)} rows`
    found[why.kind].push(`${scrubLine(name, 80)} ${what} (${formatCount(why.rows)} ${wordOf[why.kind]})`)
  }
  return [
    ...lineOf(`less than half of what ${past[0]?.name ?? ''} has`, found.newest),
    ...lineOf(`less than half of what is usual in the last ${past.length} sets`, found.usual),
    ...lineOf(`fewer with each of the last ${past.length} sets`, found.trend),
  ]
}

const wordOf = { newest: 'before', usual: 'usually', trend: 'at first' } as const

interface Shrink {
  readonly kind: 'newest' | 'usual' | 'trend'
  readonly rows: number
}

/** An empty table that is gone has lost no rows. */
function shrinkOf(past: Past, now: number | undefined): Shrink | null {
  const left = now ?? 0
  const [newest] = past
  const isLess = (rows: number): boolean => rows > 0 && (now === undefined || left * 2 < rows)
  if (newest !== undefined && isLess(newest)) return { kind: 'newest', rows: newest }
  // Of fewer than three nothing is usual. A table that was dropped on purpose is gone from most of them before long.
  const usual = past.length < 3 ? 0 : medianOf(past)
  if (isLess(usual)) return { kind: 'usual', rows: usual }
  const first = past.at(-1)
  const falls = [left, ...past].every((rows, at, all) => at === 0 || (rows ?? 0) > (all[at - 1] ?? 0))
  if (past.length >= 3 && falls && first !== undefined && isLess(first)) return { kind: 'trend', rows: first }
  return null
}

/** The lower one of two: what is called usual, most sets have. */
function medianOf(past: Past): number {
  const sorted = past.map((rows) => rows ?? 0).sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function lineOf(what: string, tables: readonly string[]): readonly string[] {
  if (tables.length === 0) return []
  const more = tables.length > shown ? `, and ${tables.length - shown} more` : ''
  return [`${what}: ${tables.slice(0, shown).join(', ')}${more}`]
}

function sizeLines(earlier: readonly BackupSet[], bytes: number): readonly string[] {
  const past = earlier.map(({ manifest }) => (manifest ? archiveBytes(manifest) : 0))
  const shrink = shrinkOf(past, bytes)
  if (shrink === null) return []
  const before = {
    newest: `that of ${earlier[0]?.name ?? ''} had`,
    usual: `the last ${past.length} usually have`,
    trend: `it became smaller with each of the last ${past.length}, from`,
  }
  return [`the dump has ${formatBytes(bytes)}, ${before[shrink.kind]} ${formatBytes(shrink.rows)}`]
}

/** Of the archive that we write, a file or a folder of parts; of what it was before it was encrypted. */
function archiveBytes({ files }: Manifest): number {
  const parts = files.filter(({ name }) => /^full_database_backup(?:\.dump(?:\.age)?$|\/)/.test(name))
  return parts.reduce((sum, { bytes, plain }) => sum + (plain?.bytes ?? bytes), 0)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
