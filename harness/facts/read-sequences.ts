import { quoteIdentifier, quoteQualified } from '../core/index.ts'
import { identityOf } from './identity.ts'
import { sequenceColumnsQuery } from './queries/sequence-columns.ts'
import type { SequenceFact } from './types.ts'
import type { Readings } from './readings.ts'

interface DrawingColumn {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly owns: boolean
}

export interface ReadSequencesOptions {
  /** Tables that need no look, by identity. */
  readonly empty?: ReadonlySet<string>
  /** These sequences alone, by identity. */
  readonly only?: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
}

/** Where each sequence stands, and how far the columns that draw from it have come. */
export async function readSequences(
  readings: Readings,
  schemas: string,
  { empty, only, signal }: ReadSequencesOptions = {},
): Promise<SequenceFact[]> {
  const listed = await readings.readAll(sequenceColumnsQuery(schemas))
  const wanted = listed.filter((row) => only?.has(identityOf([row['schema'] ?? '', row['name'] ?? ''])) ?? true)
  const sources = wanted.map((row) => {
    const schema = row['schema'] ?? ''
    const name = row['name'] ?? ''
    const increment = row['increment'] ?? '1'
    const columns = drawingColumns(row['columns'] ?? '[]')
    const [owner] = columns
    const ownedBy = owner ? identityOf([owner.schema, owner.table, owner.column]) : null
    const filled = columns.filter((column) => !empty?.has(identityOf([column.schema, column.table])))
    const text = positionQuery(schema, name, filled, increment.startsWith('-'))
    return { known: { schema, name, increment, ownedBy }, text }
  })
  signal?.throwIfAborted()
  const answers = await readings.readEach(
    sources.map(({ text }) => text),
    signal,
  )
  return sources.map(({ known }, index) => {
    const reading = answers[index] ?? { unreadable: 'not read' }
    if ('unreadable' in reading) {
      return { ...known, lastValue: '0', isCalled: false, columnMax: null, unreadable: reading.unreadable }
    }
    return {
      ...known,
      lastValue: reading.row['last_value'] ?? '0',
      isCalled: reading.row['is_called'] === 'true',
      columnMax: reading.row['extreme'] ?? null,
    }
  })
}

/** The owning column first, then by name; a column that both owns and defaults to it once. */
function drawingColumns(json: string): readonly DrawingColumn[] {
  const byName = new Map<string, DrawingColumn>()
  for (const column of JSON.parse(json) as readonly DrawingColumn[]) {
    const key = identityOf([column.schema, column.table, column.column])
    if (column.owns || !byName.has(key)) byName.set(key, column)
  }
  return [...byName.entries()]
    .sort(([a, x], [b, y]) => Number(y.owns) - Number(x.owns) || (a < b ? -1 : 1))
    .map(([, column]) => column)
}

function positionQuery(schema: string, name: string, columns: readonly DrawingColumn[], descending: boolean): string {
  const extreme = descending ? 'min' : 'max'
  const extremes = columns.map(
    (column) =>
      `(SELECT pg_catalog.${extreme}(t.${quoteIdentifier(column.column)}) FROM ${quoteQualified(column.schema, column.table)} AS t)`,
  )
  const farthest = extremes.length === 0 ? 'NULL' : `${descending ? 'least' : 'greatest'}(${extremes.join(', ')})`
  return `SELECT s.last_value AS last_value, s.is_called::text AS is_called, pg_catalog.trunc((${farthest})::numeric) AS extreme
    FROM ${quoteQualified(schema, name)} AS s`
}
