import { createHash } from 'node:crypto'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { checkFiles, findLatestSet, openSet, sealSet } from '../index.ts'
import { bringToCache, unusedMs } from './cached-set.ts'
import { openStore } from './open-store.ts'
import { pushSet } from './push-set.ts'
import { FaultyS3 } from './testing/s3-server.ts'
import type { Store } from './types.ts'

let folder: string
let s3: FaultyS3
let store: Store
const now = new Date('2026-11-22T10:00:00Z')
const options = { clock: fixedClock(now), signal: new AbortController().signal, pausesMs: [5, 5, 5] }
const bring = async (name?: string, at = now) =>
  bringToCache(store, { ...options, clock: fixedClock(at), place: s3.place, cache: join(folder, 'cache'), name })

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cached-')))
  s3 = await FaultyS3.start()
  store = await openStore(s3.place, { environment: s3.environment, idleMs: 1_000 })
  await pushOne('old', '2026-11-01T00:00:00Z')
  await pushOne('new', '2026-11-02T00:00:00Z')
  s3.asked.length = 0
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await s3[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function pushOne(name: string, createdAt: string): Promise<void> {
  await mkdir(join(folder, 'made', name), { recursive: true })
  await writeFile(join(folder, 'made', name, 'full.sql'), createHash('sha512').update(name).digest('hex').repeat(500))
  await writeFile(join(folder, 'made', name, 'roles.sql'), 'create role a;\n')
  await sealSet(join(folder, 'made', name), { createdAt })
  await pushSet(await openSet(join(folder, 'made', name)), store, options)
}

const read = () => s3.asked.filter((line) => line.startsWith('GET') && line.includes('.sql')).length

async function expectWhole(brought: string, name: string): Promise<void> {
  const set = await findLatestSet(brought)
  expect(set.name).toBe(name)
  expect((await checkFiles(set)).map(({ state }) => state)).toEqual(['intact', 'intact'])
  expect(await readdir(brought)).toEqual([name])
}

test('the newest is brought, or the one that is named; for us alone', async () => {
  const brought = await bring()
  await expectWhole(brought, 'new')
  await expectWhole(await bring('old'), 'old')
  expect((await stat(join(folder, 'cache'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(brought, 'new', 'full.sql'))).mode & 0o777).toBe(0o600)
})

test('what is there is not brought again; what is missing, cut or changed is', async () => {
  const brought = await bring()
  expect(read()).toBe(2)
  await bring()
  expect(read()).toBe(2)
  await truncate(join(brought, 'new', 'full.sql'), 100)
  await expectWhole(await bring(), 'new')
  expect(read()).toBe(3)
  const roles = join(brought, 'new', 'roles.sql')
  await writeFile(roles, (await readFile(roles, 'utf8')).toUpperCase())
  await rm(join(brought, 'new', 'manifest.json'))
  await expectWhole(await bring(), 'new')
  expect(read()).toBe(4)
})

test('one that broke off goes on with the next file', async () => {
  s3.meets('forbidden', 'GET', /roles/)
  await expect(bring()).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' })
  await expectWhole(await bring(), 'new')
  expect(s3.asked.filter((line) => line.includes('full.sql'))).toHaveLength(1)
})

test('two at once bring the same', async () => {
  for (const brought of await Promise.all([bring(), bring(), bring()])) await expectWhole(brought, 'new')
})

test('what is not as its manifest says is no backup', async () => {
  s3.meets('flip read', 'GET', /full/, 9)
  await expect(bring()).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
})

test('of another set of the same name nothing of the former stays', async () => {
  await bring()
  for (const file of ['full.sql', 'roles.sql', 'manifest.json']) await store.remove(`new/${file}`, options.signal)
  await rm(join(folder, 'made/new/roles.sql'))
  await rm(join(folder, 'made/new/manifest.json'))
  await sealSet(join(folder, 'made/new'), { createdAt: '2026-11-03T00:00:00Z' })
  await pushSet(await openSet(join(folder, 'made/new')), store, options)
  const brought = await bring()
  expect((await readdir(join(brought, 'new'))).toSorted()).toEqual(['full.sql', 'manifest.json'])
})

test('what nobody used for a week goes', async () => {
  const old = await bring('old')
  const early = new Date(now.getTime() - unusedMs + 60_000)
  await utimes(old, early, early)
  await bring()
  expect(await readdir(old)).toEqual(['old'])
  await bring('new', new Date(now.getTime() + 120_000))
  await expect(readdir(old)).rejects.toThrow('ENOENT')
})

test('a cache that others can read is refused', async () => {
  await bring()
  await chmod(join(folder, 'cache'), 0o750)
  await expect(bring()).rejects.toMatchObject({ code: 'E_STORE_REFUSED' })
})
