import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { itemDump, ScratchServer } from '../testing/scratch-server.ts'

const samples = fileURLToPath(new URL('../../../fixtures/edupath/backups', import.meta.url))

let scratch: ScratchServer
let sets: string
beforeAll(async () => {
  scratch = await ScratchServer.start()
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => {
  await scratch.renew()
  sets = join(scratch.folder, 'sets')
  await rm(sets, { recursive: true, force: true })
  await mkdir(sets)
})

const roles = (name: string): string => `-- PostgreSQL database cluster dump
CREATE ROLE ${name};
-- PostgreSQL database cluster dump complete
`

/** Two days: one with its roles, the later one without. */
async function twoDays(): Promise<void> {
  for (const day of ['2026-11-20', '2026-11-21']) await mkdir(join(sets, day))
  await writeFile(join(sets, '2026-11-20', 'full_20261120_020000.sql'), itemDump())
  await writeFile(join(sets, '2026-11-20', 'roles_20261120_020000.sql'), roles('of_another_day'))
  const later = itemDump().replace('2\tcup', '2\tcup\n3\tkettle')
  await writeFile(join(sets, '2026-11-21', 'full_20261121_020000.sql'), later)
}

test('of two sets in a folder the latest comes back, and nothing of the other', async () => {
  await twoDays()
  const { plan, report } = await scratch.bring({ path: sets })
  expect(plan?.set).toMatchObject({ root: join(sets, '2026-11-21'), isLatest: true, passedOver: [] })
  expect(plan?.files.map(({ name }) => name)).toEqual(['full_20261121_020000.sql'])
  expect(report?.restored).toMatchObject({ state: 'complete', rows: 3 })
  const made = await scratch.admin.query("select rolname from pg_roles where rolname = 'of_another_day'")
  expect(made).toEqual([])
})

test('a set that is named is that one, the older one too', async () => {
  await twoDays()
  const { plan, report } = await scratch.bring({ path: join(sets, '2026-11-20'), dryRun: true })
  expect(plan?.set).toMatchObject({ root: join(sets, '2026-11-20'), isLatest: false })
  expect(plan?.files.map(({ name }) => name)).toContain('roles_20261120_020000.sql')
  expect(report?.restored).toBeNull()
})

test('a newer one that never arrived whole is said in the plan', async () => {
  await cp(join(samples, '2026-11-01-pg15'), join(sets, 'older'), { recursive: true })
  await cp(join(samples, '2026-11-08-pg17'), join(sets, 'newer'), { recursive: true })
  await rm(join(sets, 'newer', 'full_database_backup.sql'))
  const { plan } = await scratch.bring({ path: sets, dryRun: true })
  expect(plan?.set.root).toBe(join(sets, 'older'))
  expect(plan?.set.passedOver).toEqual([expect.stringContaining('newer was passed over')])
})

test('a newer one with a damaged manifest: nothing is restored before somebody says which is meant', async () => {
  await cp(join(samples, '2026-11-01-pg15'), join(sets, 'older'), { recursive: true })
  await cp(join(samples, '2026-11-08-pg17'), join(sets, 'newer'), { recursive: true })
  await writeFile(join(sets, 'newer', 'manifest.json'), '{')
  const { fault, plan } = await scratch.bring({ path: sets })
  expect(fault).toMatchObject({ code: 'E_BACKUP_MANIFEST', hint: expect.stringContaining(join(sets, 'older')) })
  expect(plan).toBeNull()
})
