import { generateKeyPairSync } from 'node:crypto'
import { appendFile, cp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sealSet } from '../harness/backup/index.ts'
import { silentProgress } from '../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../harness/engine/index.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { smallDump } from './testing/small-dump.ts'

let server: DisposableServer
let project: Project
let publicFile = ''
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  project = await Project.empty()
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  publicFile = await project.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const SIGNING = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  for (const name of ['first', 'second']) {
    await project.write(`plain/${name}/dump.sql`, smallDump(`COMMENT ON TABLE public.item IS '${name}';`))
    await sealSet(project.path(`plain/${name}`))
    const protect = ['protect', `plain/${name}`, '--out', 'safe', '--signing-key', 'env:SIGNING']
    expect(await run(protect, { SIGNING })).toMatchObject({ code: 0, stderr: '' })
  }
})
afterAll(async () => {
  await project[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

let database = ''
let databases = 0
beforeEach(async () => server.createDatabase((database = `scratch_${(databases += 1)}`)))

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return rehearse(args, { cwd: project.folder, env })
}

async function restore(set: string, ...more: readonly string[]): Promise<Ended> {
  const args = ['restore', set, '--to', 'env:TARGET', '--not-production', '--yes', database, ...more]
  return run(args, { TARGET: `postgresql://postgres@localhost/${database}?host=${server.address.host}` })
}

async function comment(): Promise<string | null> {
  await using session = await server.connect(database)
  const [row] = await session.query(`SELECT obj_description(to_regclass('public.item')) AS comment`)
  return row?.['comment'] ?? null
}

describe('a signed set', () => {
  test('that is the newest is restored, and its number said', async () => {
    const ended = await restore('safe/second', '--public-key', publicFile)
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('it is signed with the key named')])
    expect(ended.stderr).toContain('number 2, none newer was seen here before')
    expect(await comment()).toBe('second')
  })

  test('that is older than one that was seen is not, until the user says that this one is meant', async () => {
    const refused = await restore('safe/first', '--public-key', publicFile)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('E_BACKUP_STALE')])
    expect(refused.stderr).toMatch(/it is number 1, and number 2 was seen before[^]*--older/)
    expect(await comment()).toBe(null)
    expect(await restore('safe/first', '--public-key', publicFile, '--older')).toMatchObject({ code: 0 })
    expect(await comment()).toBe('first')
  })

  test('that took the name of the newest is not', async () => {
    await cp(project.path('safe/first'), project.path('swapped/second'), { recursive: true })
    const ended = await restore('swapped/second', '--public-key', publicFile)
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('E_BACKUP_STALE')])
    await rm(project.path('swapped'), { recursive: true })
  })

  test('whose key nobody named is restored, and that is said', async () => {
    const ended = await restore('safe/first')
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('no public key was named')])
  })

  test('that was changed is not, whatever is said', async () => {
    await cp(project.path('safe/second'), project.path('changed'), { recursive: true })
    await appendFile(project.path('changed/dump.sql'), '-- more\n')
    for (const more of [[], ['--older'], ['--public-key', publicFile]]) {
      expect(await restore('changed', ...more)).toMatchObject({ code: 1 })
      expect(await comment()).toBe(null)
    }
  })
})
