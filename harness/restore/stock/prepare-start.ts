import { quoteIdentifier } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import type { ScreenedDump } from './screen-dump.ts'
import type { StockOptions } from './types.ts'

/**
 * The database in which psql begins. A dump that makes its database itself (`pg_dump --create`, pg_dumpall) begins
 * beside it, as one would on a new server, and the empty one that was made for it goes; unless the platform was laid into it.
 */
export async function prepareStart(
  server: DisposableServer,
  screened: readonly ScreenedDump[],
  { database, provided, signal }: StockOptions,
): Promise<string> {
  if (!screened.some(({ creates }) => creates.has(database))) return database
  const beside = database === 'postgres' ? 'template1' : 'postgres'
  if (provided.size === 0) {
    await using session = await server.connect('template1', { signal })
    await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`)
  }
  return beside
}
