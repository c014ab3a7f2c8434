import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../core/index.ts'
import { checkFiles, openSet, sealSet } from '../index.ts'
import { fetchSet, findLatestStored, listStoredSets } from './fetch-set.ts'
import { openStore } from './open-store.ts'
import { claimName } from './claim.ts'
import { pushSet, type PushOptions } from './push-set.ts'
import { FaultyS3 } from './testing/s3-server.ts'
import type { Store } from './types.ts'

let folder: string
let s3: FaultyS3
let store: Store
const options: PushOptions = { clock: systemClock, signal: new AbortController().signal, pausesMs: [5, 5, 5] }
const at = (name: string): string => join(folder, name)

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'push-')))
  s3 = await FaultyS3.start()
  store = await openStore(s3.place, { environment: s3.environment, idleMs: 1_000, partBytes: 6 << 20 })
  await makeSet('one')
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await s3[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function makeSet(name: string, createdAt = '2026-11-01T00:00:00Z'): Promise<void> {
  await mkdir(at(name), { recursive: true })
  await writeFile(at(`${name}/full.sql`), randomBytes(100_000))
  await writeFile(at(`${name}/roles.sql`), 'create role a;\n')
  await sealSet(at(name), { createdAt })
}
const push = async (name = 'one', more: Partial<PushOptions> = {}) =>
  pushSet(await openSet(at(name)), store, { ...options, ...more })
const outcome = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
const sets = async () => listStoredSets(store, options)

async function comesBack(name = 'one'): Promise<void> {
  const fetched = await fetchSet(store, name, at('fetched'), options)
  expect((await checkFiles(await openSet(fetched.root))).map(({ state }) => state)).toEqual(['intact', 'intact'])
}

describe('a bucket', () => {
  test('takes a set and gives it back; its manifest comes last, and no claim stays', async () => {
    expect(await push()).toMatchObject({ name: 'one', files: 2, wasThere: false })
    const puts = s3.asked.filter((line) => line.startsWith('PUT')).map((line) => line.split('?')[0]?.split('/').at(-1))
    expect(puts).toEqual([claimName, 'full.sql', 'roles.sql', 'manifest.json'])
    expect((await store.list('', options.signal)).map(({ path }) => path)).toEqual([
      'one/full.sql',
      'one/manifest.json',
      'one/roles.sql',
    ])
    await comesBack()
    expect(await push()).toMatchObject({ wasThere: true })
  })

  test('takes a large file in parts', async () => {
    await writeFile(at('big.sql'), randomBytes(13 << 20))
    await mkdir(at('big'))
    await writeFile(at('big/full.sql'), randomBytes(13 << 20))
    await writeFile(at('big/roles.sql'), 'x')
    await sealSet(at('big'))
    s3.meets('broken', 'PUT', /partNumber=2/, 1)
    await push('big')
    expect(s3.asked.filter((line) => line.includes('partNumber=3'))).toHaveLength(1)
    expect(s3.asked.filter((line) => line.startsWith('DELETE') && line.includes('uploadId'))).toHaveLength(1)
    await comesBack('big')
  })

  test('tells its newest set', async () => {
    await makeSet('a-newer', '2026-11-09T00:00:00Z')
    await push()
    await push('a-newer')
    expect(await findLatestStored(store, options)).toBe('a-newer')
  })
})

test('a request that is signed with another secret is refused, listings too', async () => {
  await push()
  const environment = { ...s3.environment, AWS_SECRET_ACCESS_KEY: 'another' }
  await using stranger = await openStore(s3.place, { environment, idleMs: 1_000 })
  expect(await outcome(listStoredSets(stranger, options))).toBe('E_STORE_UNREACHABLE')
  expect(await outcome(fetchSet(stranger, 'one', at('fetched'), options))).toBe('E_STORE_UNREACHABLE')
  expect(await outcome(stranger.create('two/manifest.json', Buffer.from('x'), options.signal))).toBe(
    'E_STORE_UNREACHABLE',
  )
})

describe('what passes is borne', () => {
  test.each<[string, () => void]>([
    ['a reset', () => s3.meets('reset', 'PUT', /full\.sql/)],
    ['a reset at the claim', () => s3.meets('reset', 'PUT', /writer/)],
    ['a lost answer to the claim', () => s3.meets('reset after', 'PUT', /writer/)],
    ['a lost answer to a file', () => s3.meets('reset after', 'PUT', /full\.sql/)],
    ['a lost answer to the manifest', () => s3.meets('reset after', 'PUT', /manifest/)],
    ['a server that is busy twice', () => s3.meets('unavailable', 'PUT', /full\.sql/, 2)],
    ['a server that fails once', () => s3.meets('broken', 'GET', /full\.sql/)],
    ['a bit flipped on the way', () => s3.meets('flip sent', 'PUT', /full\.sql/)],
    ['a bit flipped by the server', () => s3.meets('flip kept', 'PUT', /full\.sql/)],
    ['a short answer', () => s3.meets('short read', 'GET', /full\.sql/)],
    ['a stalled connection', () => s3.meets('stall', 'PUT', /full\.sql/)],
  ])('%s', async (_, fault) => {
    fault()
    expect(await outcome(push())).toBe('done')
    expect(s3.plan.every(({ times }) => times === 0)).toBe(true)
    expect(await sets()).toEqual(['one'])
    await comesBack()
  })

  test.each<[string, () => void]>([
    ['a short answer', () => s3.meets('short read', 'GET', /full\.sql/)],
    ['a bit flipped', () => s3.meets('flip read', 'GET', /full\.sql/)],
    ['a reset', () => s3.meets('reset', 'GET', /full\.sql/, 3)],
    ['a stalled connection', () => s3.meets('stall', 'GET', /full\.sql/)],
  ])('%s while a set is fetched', async (_, fault) => {
    await push()
    fault()
    await comesBack()
    expect(s3.plan.every(({ times }) => times === 0)).toBe(true)
  })
})

describe('what stays is said, and is no set', () => {
  test.each<[string, () => void, string]>([
    ['resets', () => s3.meets('reset', 'PUT', /full\.sql/, 99), 'E_STORE_UNREACHABLE'],
    ['a server that fails', () => s3.meets('broken', 'PUT', /full\.sql/, 99), 'E_STORE_FAILED'],
    ['a server that keeps something else', () => s3.meets('flip kept', 'PUT', /full\.sql/, 99), 'E_STORE_FAILED'],
    ['a digest that never fits', () => s3.meets('flip sent', 'PUT', /full\.sql/, 99), 'E_STORE_FAILED'],
    ['short answers', () => s3.meets('short read', 'GET', /full\.sql/, 99), 'E_STORE_UNREACHABLE'],
    ['no right to write', () => s3.meets('forbidden', 'PUT', /full\.sql/, 99), 'E_STORE_UNREACHABLE'],
    ['a manifest that is never taken', () => s3.meets('broken', 'PUT', /manifest/, 99), 'E_STORE_FAILED'],
    ['stalls', () => s3.meets('stall', 'PUT', /full\.sql/, 99), 'E_STORE_UNREACHABLE'],
  ])('%s', async (_, fault, code) => {
    fault()
    expect(await outcome(push())).toBe(code)
    expect(await sets()).toEqual([])
    expect(s3.asked.filter((line) => line.startsWith('PUT') && /full\.sql/.test(line)).length).toBeLessThanOrEqual(4)
    s3.plan.length = 0
    expect(await outcome(push())).toBe('done')
    await comesBack()
  })

  test.each<[string, () => void, string]>([
    ['a file that is another', () => s3.meets('flip read', 'GET', /full\.sql/, 99), 'E_DUMP_DAMAGED'],
    ['a file that never ends', () => s3.meets('long read', 'GET', /full\.sql/, 99), 'E_DUMP_DAMAGED'],
    ['a file cut short on the way', () => s3.meets('short read', 'GET', /full\.sql/, 99), 'E_STORE_UNREACHABLE'],
  ])('%s while a set is fetched', async (_, fault, code) => {
    await push()
    fault()
    expect(await outcome(fetchSet(store, 'one', at('fetched'), options))).toBe(code)
    expect(await readdir(at('fetched'))).toEqual([])
  })

  test('a manifest that is none', async () => {
    await push()
    await writeFile(at('none'), '{}')
    await store.write('one/manifest.json', { path: at('none'), bytes: 2, sha256: '' }, options.signal)
    expect(await outcome(fetchSet(store, 'one', at('fetched'), options))).toBe('E_BACKUP_MANIFEST')
    expect(await readdir(at('fetched'))).toEqual([])
  })

  test('an interrupt', async () => {
    const abort = new AbortController()
    s3.meets('stall', 'PUT', /full\.sql/, 99)
    setTimeout(() => abort.abort(), 100)
    expect(await outcome(push('one', { signal: abort.signal }))).toBe('E_INTERRUPTED')
    expect(await sets()).toEqual([])
  })
})

describe('of two writers', () => {
  test.each([true, false])('never both win (conditional writes: %s)', async (knows) => {
    s3.knowsConditions = knows
    const ends = await Promise.all([outcome(push()), outcome(push())])
    expect(ends.filter((end) => end === 'done').length).toBeLessThanOrEqual(1)
    expect(ends.every((end) => end === 'done' || end === 'E_STORE_OCCUPIED')).toBe(true)
    expect(ends.includes('done') || !knows).toBe(true)
    if (ends.includes('done')) await comesBack()
  })

  test('one that is gone is taken over only when it is said', async () => {
    await store.create(`one/${claimName}`, Buffer.from('{"writer":"gone"}'), options.signal)
    expect(await outcome(push())).toBe('E_STORE_OCCUPIED')
    expect(await sets()).toEqual([])
    expect(await outcome(push('one', { takeOver: true }))).toBe('done')
    await comesBack()
  })

  test('another set of the same name stays as it is', async () => {
    await push()
    await rm(at('one'), { recursive: true })
    await makeSet('one')
    expect(await outcome(push())).toBe('E_STORE_OCCUPIED')
    const fetched = await fetchSet(store, 'one', at('fetched'), options)
    expect((await checkFiles(await openSet(fetched.root))).every(({ state }) => state === 'intact')).toBe(true)
  })
})

describe('a place is refused', () => {
  test.each([
    ['s3://backups?endpoint=http://example.com', 'E_STORE_REFUSED'],
    ['s3://backups?endpont=https://example.com', 'E_STORE_REFUSED'],
    ['s3://key:secret@backups', 'E_SECRET_IN_ARGUMENT'],
    ['s3://backups?key=AKIA', 'E_USAGE'],
    ['s3://backups', 'E_ENV_MISSING'],
    ['ftp://example.com/x', 'E_STORE_REFUSED'],
  ])('%s', async (place, code) => {
    expect(await outcome(openStore(place, { environment: {} }))).toBe(code)
  })
})
