import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { beginReadOnly, observe, serialiseFacts } from '../../harness/facts/index.ts'
import { loadRichDatabase } from '../../harness/facts/rich-database/load-rich-database.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { startServer } from '../../harness/restore/testing/twins.ts'
import type { Format } from './formats.ts'

/** The dumps that are damaged, and what they hold. */
export interface Source {
  readonly major: number
  readonly database: string
  /** Facts, taken in the snapshot of the dumps. */
  readonly baseline: string
  /**
   * The database as psql restores it and pg_dump then writes it: what each restored copy is held against, whatever our
   * own comparison says. (Not the first writing: a restore changes how Postgres prints some expressions, once.)
   */
  readonly text: Buffer
  /** A dump's path by its format's name. */
  readonly dumps: ReadonlyMap<string, string>
}

export const database = 'rich'

/** Lines that pg_dump draws anew each time, fixed: a case is the same in every run. */
const restrictKey = '--restrict-key=faults'

/** Makes the database, dumps it in every format, and ends its server. */
export async function recordSource(
  major: number,
  tools: ClientTools,
  formats: readonly Format[],
  folder: string,
): Promise<Source> {
  await using server = await startServer(major)
  await loadRichDatabase(server)
  {
    await using session = await server.connect(database)
    await session.query(await readFile(new URL('more-objects.sql', import.meta.url), 'utf8'))
  }
  await using session = await server.connect(database)
  await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
  const [row] = await session.query('SELECT pg_catalog.pg_export_snapshot() AS snapshot')
  const snapshot = `--snapshot=${row?.['snapshot'] ?? ''}`
  const dumps = new Map<string, string>()
  for (const format of formats) {
    await mkdir(join(folder, format.name))
    dumps.set(format.name, await dump(server, tools, format, snapshot, join(folder, format.name, format.file)))
  }
  const facts = await observe(session, { source: 'dump-snapshot', fingerprint: true })
  await session.query('ROLLBACK')
  const baseline = join(folder, 'baseline.json')
  await writeFile(baseline, serialiseFacts(facts))
  const text = await textOfTwin(server, tools, join(folder, 'twin.sql'))
  return { major, database, baseline, text, dumps }
}

async function dump(
  server: DisposableServer,
  tools: ClientTools,
  { options, gzipped }: Format,
  snapshot: string,
  path: string,
): Promise<string> {
  const key = options.includes('-Fp') ? [restrictKey] : []
  const args = [...options, ...key, snapshot, '-d', database]
  if (!gzipped) await runTool(tools, 'pg_dump', [...args, '-f', path], server.address)
  else await writeFile(path, gzipSync((await runTool(tools, 'pg_dump', args, server.address)).stdout))
  return path
}

/** Restores the database beside itself, by the stock tools alone. */
async function textOfTwin(server: DisposableServer, tools: ClientTools, path: string): Promise<Buffer> {
  await writeFile(path, await textOf(server, tools, database))
  await server.createDatabase('twin')
  const strict = ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', 'twin', '-f', path]
  await runTool(tools, 'psql', strict, server.address)
  return textOf(server, tools, 'twin')
}

/** A database as pg_dump writes it. */
export async function textOf(server: DisposableServer, tools: ClientTools, name: string): Promise<Buffer> {
  return (await runTool(tools, 'pg_dump', [restrictKey, '-d', name], server.address)).stdout
}
