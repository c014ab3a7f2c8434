import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentProgress } from '../../../core/index.ts'
import { inspectDump } from '../../../dump/index.ts'
import type { DisposableServer } from '../../../engine/index.ts'
import type { Oracle } from '../../testing/oracle-test.ts'
import { toolsOf } from '../../testing/oracle-test.ts'
import { readVersion } from '../client-floors.ts'
import { restoreStock } from '../restore-stock.ts'
import type { StockClients, StockOptions, StockRestore } from '../types.ts'

/** The clients that a test's oracle found. */
export function clientsOf(oracle: Oracle): StockClients {
  const { folder, version } = toolsOf(oracle)
  const read = readVersion(`psql (PostgreSQL) ${version}`)
  if (read === null) throw new Error(`no version: ${version}`)
  return { folder, version: read, isVulnerable: false }
}

/** Dumps by their paths into a database of that server, by the stock clients. */
export async function stockInto(
  server: DisposableServer,
  clients: StockClients,
  paths: readonly string[],
  options: Partial<StockOptions> = {},
): Promise<StockRestore> {
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      name: path.split('/').at(-1) ?? path,
      format: (await inspectDump(path)).format,
    })),
  )
  return restoreStock(files, server, {
    clients,
    database: 'sample',
    provided: new Set(),
    jobs: 2,
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: 0,
    ...options,
  })
}

/** Clients that do what the script says instead, except for telling a version. */
export async function stubClients(parent: string, script: string): Promise<StockClients> {
  const folder = await mkdtemp(join(parent, 'stub-'))
  await chmod(folder, 0o755)
  for (const program of ['psql', 'pg_restore']) {
    await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, program), 0o755)
  }
  return { folder, version: { major: 17, minor: 12, text: '17.12' }, isVulnerable: false }
}
