import { asFault, quoteIdentifier } from '../core/index.ts'
import { readDatabaseSettings, type DatabaseSetting } from '../dump/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'

/** What loads code, or would shut us out: compared as missing, never set. */
const neverSet = /preload_libraries$|^(?:dynamic_library_path|default_transaction_read_only|event_triggers)$/i

/**
 * What archives say of sessions in their database, set on the one that was restored, as `pg_restore --create` does: they
 * hold it, whoever took them. A setting that the server refuses stays away, and the comparison says so.
 */
export async function setDatabase(
  { restored }: DumpChoice,
  server: DisposableServer,
  database: string,
  book: FindingBook,
  signal?: AbortSignal,
): Promise<void> {
  const settings: DatabaseSetting[] = []
  for (const { summary } of restored) {
    // Only one that was restored into this database: a cluster's dumps name theirs. One that is damaged is not read again.
    if (summary.databases.length === 0 && summary.problems.length === 0)
      settings.push(...(await readDatabaseSettings(summary, signal)))
  }
  const wanted = settings.filter(({ name }) => !neverSet.test(name))
  if (wanted.length === 0) return
  await using session = await server.connect(database, signal ? { signal } : {})
  await session.query('SET standard_conforming_strings = on')
  const [row] = await session.query('SELECT pg_catalog.quote_ident(pg_catalog.current_database()) AS name')
  const set = new Set<string>()
  for (const setting of wanted) {
    const whose = setting.role === null ? '' : `ROLE ${quoteIdentifier(setting.role)} IN `
    try {
      await session.query(
        `ALTER ${whose}DATABASE ${row?.['name'] ?? ''} SET ${quoteIdentifier(setting.name)} TO ${setting.literals}`,
      )
      set.add(setting.name)
    } catch (thrown) {
      if (asFault(thrown).code !== 'E_SQL') throw thrown
    }
  }
  if (set.size === 0) return
  const names = [...set].sort().join(', ')
  book.notice(
    'restore',
    database,
    `settings that the archive holds for sessions in ${database} were set on the copy: ${names}`,
    'restore with pg_restore --create, or type their ALTER DATABASE … SET: without --create, pg_restore leaves them out',
  )
}
