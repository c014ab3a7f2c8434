import { scrubLine } from '../core/index.ts'
import { countQuery, fingerprintQuery, type FingerprintColumn } from './fingerprint.ts'
import { identityOf } from './identity.ts'
import { rowSourcesQuery } from './queries/row-sources.ts'
import type { TableFact } from './types.ts'
import type { Readings } from './readings.ts'

export interface ReadTablesOptions {
  readonly fingerprint: boolean
  readonly onTable?: ((done: number, total: number, name: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Counts, and if asked fingerprints, every table: one pass over each. */
export async function readTables(
  readings: Readings,
  schemas: string,
  options: ReadTablesOptions,
): Promise<TableFact[]> {
  const sources = await readings.readAll(rowSourcesQuery(schemas))
  const tables: TableFact[] = []
  for (const source of sources) {
    options.signal?.throwIfAborted()
    const schema = source['schema'] ?? ''
    const name = source['name'] ?? ''
    options.onTable?.(tables.length, sources.length, scrubLine(identityOf([schema, name])))
    const persistence = source['persistence'] as TableFact['persistence']
    const populated = source['populated'] === 'true'
    const columns = JSON.parse(source['columns'] ?? '[]') as readonly FingerprintColumn[]
    // A materialised view may be stale where it comes from and is computed anew where it is restored.
    const fingerprinted = options.fingerprint && persistence !== 'materialized view'
    const known = {
      schema,
      name,
      persistence,
      populated,
      columns: fingerprinted ? columns.map((column) => column.name) : [],
    }
    if (!populated) {
      tables.push({ ...known, rows: '0', fingerprint: null })
      continue
    }
    const query = fingerprinted ? fingerprintQuery(schema, name, columns) : countQuery(schema, name)
    const reading = await readings.read(query)
    if ('unreadable' in reading) {
      tables.push({ ...known, rows: '0', fingerprint: null, unreadable: reading.unreadable })
    } else {
      tables.push({ ...known, rows: reading.row['rows'] ?? '0', fingerprint: reading.row['fingerprint'] ?? null })
    }
  }
  return tables
}
