import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { probeConnections } from './probe-connections.ts'

const ref = 'abcdefghijklmnopqrst'
const direct = `postgresql://postgres:s3cret@db.${ref}.supabase.co:5432/postgres`
const pooler = 'aws-0-eu-central-1.pooler.supabase.com'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'probe-connections-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const config = async (text: string): Promise<void> => writeFile(join(cwd, 'rehearsal.config.mjs'), text)

test('addresses that will not do are explained, and no password is shown', async () => {
  await config(`export default { backup: { path: '.' }, production: 'env:PROD',
    engine: { kind: 'server', connection: 'env:SERVER' } }`)
  const environment = {
    PROD: direct,
    SERVER: `postgresql://postgres:s3cret@${pooler}:5432/postgres`,
    DATABASE_URL: `postgresql://postgres.${ref}:s3cret@${pooler}:6543/postgres`,
  }
  const probes = await probeConnections(cwd, environment, false)
  expect(probes.map(({ what, status }) => `${what} ${status}`)).toEqual([
    'production limited',
    'server limited',
    'DATABASE_URL limited',
  ])
  expect(probes[0]?.remedy).toContain(`session pooler, postgresql://postgres.${ref}@aws-N`)
  expect(probes[1]?.remedy).toContain('postgres.<ref>')
  expect(probes[2]?.remedy).toContain(`port 5432 is the session pooler: postgresql://postgres.${ref}@${pooler}:5432`)
  expect(JSON.stringify(probes)).not.toContain('s3cret')
  expect((await probeConnections(cwd, environment, true))[0]).toMatchObject({ status: 'ok', remedy: null })
  const [bare] = await probeConnections(cwd, { ...environment, PROD: `${direct}?sslmode=disable` }, true)
  expect(bare).toMatchObject({ status: 'limited', remedy: expect.stringContaining('take sslmode=disable out') })
})

test('what is not set, or no connection, or a config that is broken is said', async () => {
  expect(await probeConnections(cwd, {})).toEqual([])
  await config(`export default { backup: { path: '.' }, production: 'env:PROD' }`)
  expect(await probeConnections(cwd, {})).toMatchObject([{ what: 'production', status: 'missing' }])
  const [garbled] = await probeConnections(cwd, { PROD: 's3cret@@nothing' })
  expect(garbled).toMatchObject({ status: 'missing' })
  expect(JSON.stringify(garbled)).not.toContain('s3cret')
  await writeFile(join(cwd, 'rehearsal.config.ts'), 'export default { backups: 1 }')
  expect(await probeConnections(cwd, {})).toMatchObject([{ what: 'config', status: 'missing' }])
})
