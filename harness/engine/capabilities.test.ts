import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { capabilityTable, floorTable } from './capabilities.ts'
import { embeddedEngine } from './embedded/embedded-engine.ts'
import { embeddedHoldings } from './embedded/embedded-holdings.ts'
import { findBinaries } from './embedded/find-binaries.ts'
import { readExtensionFiles } from './extension-files.ts'
import type { EngineDemand } from './types.ts'

it('docs/engines.md prints the tables as they are here', async () => {
  const page = await readFile(new URL('../../docs/engines.md', import.meta.url), 'utf8')
  expect(page).toContain(capabilityTable())
  expect(page).toContain(floorTable())
})

/** Every extension whose files are there, each asked for by name. */
async function askedOf(major: number) {
  const binaries = (await findBinaries()).find((one) => one.major === major)
  if (binaries === undefined) throw new Error(`no binaries of ${major}`)
  const files = readExtensionFiles(await readdir(join(binaries.folder, 'share', 'postgresql', 'extension')))
  const demands = [...files.keys()].map((name): EngineDemand => {
    return { kind: 'extension', name, version: null, objects: [name], callers: [] }
  })
  return { demands, held: (await embeddedHoldings(binaries, demands)).extensions ?? new Map<string, string[]>() }
}

describe.each([15, 17])('what the embedded engine of %d says that it holds', (major) => {
  it('it can create, and nothing that it says it lacks', async () => {
    const { demands, held } = await askedOf(major)
    await using server = await embeddedEngine().start(
      { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await server.createDatabase('all')
    await using session = await server.connect('all')
    const created: string[] = []
    for (const { name } of demands) {
      const { ok } = await session.execute(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`)
      if (ok) created.push(name)
    }
    expect(created.sort()).toEqual([...held.keys()].sort())
    expect(created.length).toBeGreaterThan(40)
    const rows = await session.query(
      `SELECT name, pg_catalog.string_agg(version, ' ' ORDER BY version COLLATE "C") AS versions FROM pg_catalog.pg_available_extension_versions GROUP BY name`,
    )
    const versions = new Map(rows.map((row) => [row['name'], row['versions']]))
    const own = [...held].map(([name, list]) => [name, list.join(' ')])
    expect(own).toEqual(own.map(([name]) => [name, versions.get(name ?? '')]))
  })
})
