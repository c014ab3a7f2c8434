import type { DisposableServer } from '../../engine/index.ts'

/** What decides how fast a restore is, and whether its result would survive a power cut. */
const names = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'max_wal_size',
  'checkpoint_timeout',
  'autovacuum',
  'shared_buffers',
  'maintenance_work_mem',
  'max_parallel_maintenance_workers',
] as const

/** The server's settings as a client finds them. Checked on PostgreSQL 13–18. */
export async function readSettings(
  server: DisposableServer,
  database: string,
): Promise<Readonly<Record<string, string>>> {
  await using session = await server.connect(database)
  const settings: Record<string, string> = {}
  for (const name of names) {
    const [row] = await session.query('SELECT pg_catalog.current_setting($1) AS value', [name])
    settings[name] = row?.['value'] ?? ''
  }
  return settings
}
