import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteIdentifier, silentProgress } from '../../harness/core/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { restoreDumps } from '../../harness/restore/index.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { dropDatabase } from './bench.ts'
import { compareWith, describeFinding, observeAt, type Source } from './compare-databases.ts'

export interface RouteResult {
  readonly findings: number
  readonly notes: readonly string[]
}

let copies = 0

/**
 * A database is dumped by the target's pg_dump and restored there by us, and its facts are held against those of the
 * source: nothing may differ, whatever the two majors are.
 */
export async function checkRoute(
  source: Source,
  target: DisposableServer,
  tools: ClientTools,
  folder: string,
): Promise<RouteResult> {
  copies += 1
  const database = `copy_${copies}`
  const { stdout } = await runTool(tools, 'pg_dump', ['-d', source.database], source.server.address)
  const path = join(folder, `${database}.sql`)
  await writeFile(path, stdout)
  await target.createDatabase(database)
  await copyRoles(source.server, target)
  const ledger = await restoreDumps([{ path, name: 'the second dump' }], target, {
    database,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: stdout.length,
  })
  const place = { server: target, database }
  const findings = await compareWith(source.facts, await observeAt(place), place, ledger.tables)
  await dropDatabase(target, database)
  const route = `${source.server.major} to ${target.major}`
  return {
    findings: findings.length,
    notes: [
      ...ledger.refused.map(({ verb, object, refusal }) => `${route}: refused: ${verb} ${object}: ${refusal.message}`),
      ...findings.map((finding) => `${route}: ${describeFinding(finding)}`),
    ],
  }
}

/** By name only: these come without attributes. */
export async function copyRoles(from: DisposableServer, to: DisposableServer): Promise<void> {
  if (from === to) return
  const names = async (server: DisposableServer): Promise<readonly string[]> => {
    await using session = await server.connect('postgres')
    const rows = await session.query(`SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'`)
    return rows.map(({ name }) => name ?? '')
  }
  const there = new Set(await names(to))
  await using session = await to.connect('postgres')
  for (const name of (await names(from)).filter((role) => !there.has(role))) {
    await session.query(`CREATE ROLE ${quoteIdentifier(name)}`)
  }
}
