import { countQuery } from './fingerprint.ts'
import { extensionTablesQuery } from './queries/extension-tables.ts'
import type { Readings } from './readings.ts'
import type { ExtensionTableFact } from './types.ts'

/** Tables of extensions that hold rows and are in no dump. One that may not be read is left out: nothing is known of it. */
export async function readExtensionTables(
  readings: Readings,
  schemas: string,
  signal?: AbortSignal,
): Promise<readonly ExtensionTableFact[]> {
  const tables = (await readings.readAll(extensionTablesQuery(schemas))).map((row) => ({
    schema: row['schema'] ?? '',
    name: row['name'] ?? '',
    extension: row['extension'] ?? '',
  }))
  const answers = await readings.readEach(tables.map(countQuery), signal)
  return tables.flatMap((table, index) => {
    const reading = answers[index]
    const rows = reading && 'row' in reading ? (reading.row['rows'] ?? '0') : '0'
    return rows === '0' ? [] : [{ ...table, rows }]
  })
}
