import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probeClients } from './probe-clients.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-clients-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function clientsThatSay(version: string): Promise<string> {
  const place = await mkdtemp(join(folder, 'bin-'))
  for (const program of ['psql', 'pg_restore', 'pg_dump']) {
    await writeFile(join(place, program), `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`, { mode: 0o755 })
  }
  return place
}

const restoring = async (...versions: readonly string[]) =>
  (await probeClients(await Promise.all(versions.map(clientsThatSay))))[0]

it('shows the clients that a run would use, and those that it would refuse', async () => {
  expect(await restoring('15.19', '17.12')).toMatchObject({
    status: 'ok',
    found: '17.12, 15.19 refused (CVE-2026-116314)',
    remedy: null,
  })
  expect(await restoring('15.19')).toMatchObject({
    status: 'limited',
    remedy: expect.stringContaining('update them to 15.20 or later'),
  })
  expect(await restoring('13.23')).toMatchObject({
    status: 'limited',
    remedy: expect.stringContaining('install a major that still gets fixes'),
  })
})

it('asks nobody to install what a rehearsal can do without', async () => {
  const probes = await probeClients([folder])
  expect(probes.map(({ status, remedy }) => [status, remedy])).toEqual([
    ['unused', null],
    ['unused', null],
  ])
})

it('names what is known against a pg_dump', async () => {
  const [, dumping] = await probeClients([await clientsThatSay('15.17')])
  expect(dumping).toMatchObject({ status: 'limited', remedy: expect.stringMatching(/CVE-2026-6477.*15\.18/) })
  const [, newer] = await probeClients([await clientsThatSay('15.18')])
  expect(newer).toMatchObject({ status: 'ok', found: '15.18' })
})
