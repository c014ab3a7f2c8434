import { conditionNotRun, expressionOf, type RunnableConditions } from './configuration-rows.ts'
import { identityOf } from './identity.ts'
import { countQuery, fingerprintQuery, type FingerprintColumn } from './fingerprint.ts'
import { rowSourcesQuery } from './queries/row-sources.ts'
import type { TableFact } from './types.ts'
import type { Readings } from './readings.ts'

/** What has rows, as the catalogue has it. */
export interface TableSource {
  readonly oid: string
  readonly schema: string
  readonly name: string
  readonly persistence: TableFact['persistence']
  readonly populated: boolean
  /** As long as its file has no bytes, it has no rows, and we may know it. */
  readonly isEmptyWithoutBytes: boolean
  readonly columns: readonly FingerprintColumn[]
  /** Of an extension's table, if not all of its rows are in a dump. */
  readonly condition: string | null
  /** The same as an expression to be run; null: there is none, or it may not be. */
  readonly where: string | null
}

export interface ListTablesOptions {
  /** One name alone. */
  readonly table?: string
  /** Default: all. */
  readonly conditions?: RunnableConditions
}

/** Tables by schema and name. `schemas` is an SQL expression of type `oid[]`. */
export async function listTables(
  readings: Readings,
  schemas: string,
  { table, conditions = 'all' }: ListTablesOptions = {},
): Promise<readonly TableSource[]> {
  const rows = await readings.readAll(rowSourcesQuery(schemas, table))
  const whereOf = (identity: string, condition: string): string | null =>
    conditions === 'all' || conditions.get(identity) === condition ? expressionOf(condition) : null
  return rows.map((row) => ({
    condition: row['condition'] ?? null,
    where: row['condition'] ? whereOf(identityOf([row['schema'] ?? '', row['name'] ?? '']), row['condition']) : null,
    oid: row['oid'] ?? '',
    schema: row['schema'] ?? '',
    name: row['name'] ?? '',
    persistence: row['persistence'] as TableFact['persistence'],
    populated: row['populated'] === 'true',
    isEmptyWithoutBytes: row['empty without bytes'] === 'true',
    columns: JSON.parse(row['columns'] ?? '[]') as readonly FingerprintColumn[],
  }))
}

/** Counts, and if asked fingerprints, tables: one pass over each. */
export async function readTables(
  readings: Readings,
  sources: readonly TableSource[],
  fingerprint: boolean,
): Promise<readonly TableFact[]> {
  const populated = sources.filter((source) => source.populated && !isClosed(source))
  const answers = await readings.readEach(populated.map((source) => rowsQuery(source, fingerprint)))
  const readingOf = new Map(populated.map((source, index) => [source, answers[index]]))
  return sources.map((source) => {
    const known = withoutRows(source, fingerprint)
    const reading = readingOf.get(source)
    if (reading === undefined) return known
    if ('unreadable' in reading) return { ...known, unreadable: reading.unreadable }
    return { ...known, rows: reading.row['rows'] ?? '0', fingerprint: reading.row['fingerprint'] ?? null }
  })
}

/** What {@link readTables} would say of a table without rows. */
export function factOfEmpty(source: TableSource, fingerprint: boolean): TableFact {
  return { ...withoutRows(source, fingerprint), fingerprint: isFingerprinted(source, fingerprint) ? '0' : null }
}

function rowsQuery(source: TableSource, fingerprint: boolean): string {
  return isFingerprinted(source, fingerprint) ? fingerprintQuery(source, source.columns) : countQuery(source)
}

/** We can't tell which of its rows count. */
function isClosed({ condition, where }: TableSource): boolean {
  return condition !== null && where === null
}

/** Whether a fact taken earlier is of this table as it is now: the same columns, read to the same depth. */
export function isFactOf(fact: TableFact, source: TableSource, fingerprint: boolean): boolean {
  const { persistence, populated, columns } = withoutRows(source, fingerprint)
  return (
    fact.unreadable === undefined &&
    fact.persistence === persistence &&
    fact.populated === populated &&
    (fact.condition ?? null) === source.condition &&
    (fact.fingerprint !== null) === (populated && isFingerprinted(source, fingerprint)) &&
    JSON.stringify(fact.columns) === JSON.stringify(columns)
  )
}

function withoutRows(source: TableSource, fingerprint: boolean): TableFact {
  const { schema, name, persistence, populated } = source
  const columns = isFingerprinted(source, fingerprint) ? source.columns.map((column) => column.name) : []
  return {
    schema,
    name,
    persistence,
    populated,
    columns,
    rows: '0',
    fingerprint: null,
    ...(source.condition === null ? {} : { condition: source.condition }),
    ...(isClosed(source) ? { unreadable: conditionNotRun } : {}),
  }
}

/** A materialised view may be stale where it comes from and is computed anew where it is restored. */
function isFingerprinted({ persistence }: TableSource, fingerprint: boolean): boolean {
  return fingerprint && persistence !== 'materialized view'
}
