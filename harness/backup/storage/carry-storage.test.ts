import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { openSet, sealSet } from '../index.ts'
import { protectSet } from '../protect/protect-set.ts'
import { freshKey, signingPair, type TestKey } from '../protect/testing/keys.ts'
import { decryptFile } from '../protect/decrypt-file.ts'
import { unlockSet } from '../protect/unlock-set.ts'
import { verifySet } from '../protect/verify-set.ts'
import { bringToCache } from '../store/cached-set.ts'
import { fetchSet } from '../store/fetch-set.ts'
import { openStore } from '../store/open-store.ts'
import { outlineStore } from '../store/outline-store.ts'
import type { PushProgress } from '../store/push-progress.ts'
import { pushSet } from '../store/push-set.ts'
import { FaultyS3 } from '../store/testing/s3-server.ts'
import type { Store } from '../store/types.ts'
import { layStorage, stored } from './testing/lay-storage.ts'

let folder: string
let key: TestKey
const at = (name: string): string => join(folder, name)
const signal = new AbortController().signal
const clock = fixedClock(new Date('2026-11-22T10:00:00Z'))
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'carry-storage-')))
  key = await freshKey()
  await mkdir(at('one'))
  await writeFile(at('one/full.sql'), 'create table a ();\n')
  await layStorage(at('one'))
  await sealSet(at('one'), { createdAt: '2026-11-01T00:00:00Z' })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function expectWhole(root: string, faults: readonly string[] = []): Promise<void> {
  for (const [path, content] of Object.entries(stored)) {
    expect(await readFile(join(root, 'storage', path), 'utf8')).toBe(content)
  }
  expect(await faultsOf(root)).toEqual(faults)
}
const faultsOf = async (root: string) => {
  const options = { identities: key.identities, publicKey: null, memory: null, isLatest: false }
  const findings = await verifySet(await openSet(root), options)
  return findings.filter(({ status }) => status !== 'same').map(({ code, object }) => `${code} ${object}`)
}

describe('in another place', () => {
  let s3: FaultyS3
  let store: Store
  const options = { clock, signal, pausesMs: [5, 5, 5] }
  beforeEach(async () => {
    s3 = await FaultyS3.start()
    store = await openStore(s3.place, { environment: s3.environment, idleMs: 1_000 })
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await s3[Symbol.asyncDispose]()
  })
  const told: PushProgress[] = []
  const onProgress = (one: PushProgress) => void told.push(one)
  const push = async () => pushSet(await openSet(at('one')), store, { ...options, onProgress })
  const sent = () => s3.asked.filter((line) => line.startsWith('PUT') && line.includes('/storage/files/')).length

  test('the files lie before the manifest, and come back the same', async () => {
    expect(await push()).toMatchObject({ files: 8, wasThere: false })
    expect(sent()).toBe(5)
    expect(told.at(-1)).toMatchObject({
      done: told[0]?.of,
      doing: expect.stringMatching(/^reading back storage\/files\//),
    })
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b))
    told.length = 0
    expect(await push()).toMatchObject({ files: 8, wasThere: true })
    expect(told.at(-1)).toMatchObject({ done: told[0]?.of })
    await expectWhole((await fetchSet(store, 'one', at('fetched'), options)).root)
    await outlineStore(store, at('outline'), options)
    await expect(readFile(at('outline/one/storage/files/avatars/anna.png'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await openSet(at('outline/one'))).problems).toEqual([])
  })

  test('a push that was interrupted sends what lacks, and what is not the same', async () => {
    const prefix = 'one/storage/files/avatars'
    const other = at('other')
    await writeFile(other, 'a picture of ANNA')
    const place = async (path: string, from: string, bytes: number) =>
      store.write(path, { path: from, bytes, sha256: await digestOf(from) }, signal)
    await place(`${prefix}/toc.dat`, at('one/storage/files/avatars/toc.dat'), 5)
    await place(`${prefix}/anna.png`, other, 17)
    s3.asked.length = 0
    await push()
    expect(sent()).toBe(4)
    await expectWhole((await fetchSet(store, 'one', at('fetched'), options)).root)
  })

  test('a damaged file is not pushed; one that was damaged there does not pass when it is fetched', async () => {
    await push()
    await writeFile(at('bad'), 'a picture of ANNA')
    const path = 'one/storage/files/avatars/anna.png'
    await store.write(path, { path: at('bad'), bytes: 17, sha256: await digestOf(at('bad')) }, signal)
    await expect(fetchSet(store, 'one', at('fetched'), options)).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
    await store.remove(path, signal)
    await expect(fetchSet(store, 'one', at('fetched'), options)).rejects.toMatchObject({
      code: 'E_BACKUP_FILE_MISSING',
    })
    await cp(at('one'), at('two'), { recursive: true })
    await writeFile(at('two/storage/files/avatars/anna.png'), 'a picture of ANNA')
    await expect(pushSet(await openSet(at('two')), store, options)).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
  })

  test('the cache brings them, and of what it has only what is not whole', async () => {
    await push()
    const bring = async () => bringToCache(store, { ...options, place: s3.place, cache: at('cache'), name: 'one' })
    const root = join(await bring(), 'one')
    await expectWhole(root)
    await writeFile(join(root, 'storage/files/avatars/anna.png'), 'cut')
    s3.asked.length = 0
    await bring()
    expect(s3.asked.filter((line) => line.startsWith('GET') && line.includes('/storage/files/'))).toHaveLength(1)
    await expectWhole(root)
  })
})

async function digestOf(path: string): Promise<string> {
  const { digestFile } = await import('../digest-file.ts')
  return (await digestFile(path)).sha256
}

describe('protected', () => {
  const protect = async (recipients = [key.recipient]) =>
    protectSet(await openSet(at('one')), at('safe'), { recipients, identities: key.identities })

  test('they are one archive, whose names nobody reads; unlocked they are the same', async () => {
    await protect()
    const set = await openSet(at('safe'))
    expect(set.manifest?.files.map(({ name }) => name)).toEqual([
      'full.sql.age',
      'storage/storage-manifest.jsonl.age',
      'storage/storage-summary.json.age',
      'storage/files.tar.age',
    ])
    expect(set.problems).toEqual([])
    expect(await faultsOf(at('safe'))).toEqual([])
    await using unlocked = await unlockSet(set, { identities: key.identities, folder: at('') })
    expect(unlocked.set.problems).toEqual([])
    const manifest = unlocked.set.files.find(({ name }) => name === 'storage/storage-manifest.jsonl')
    const plain = dirname(dirname(manifest?.path ?? ''))
    for (const [path, content] of Object.entries(stored)) {
      expect(await readFile(join(plain, 'storage', path), 'utf8')).toBe(content)
    }
  })

  test('the archive is one that tar reads', async () => {
    await protect()
    await decryptFile(at('safe/storage/files.tar.age'), key.identities, { to: at('files.tar') })
    await mkdir(at('out'))
    await promisify(execFile)('tar', ['xf', at('files.tar'), '-C', at('out')])
    for (const [path, content] of Object.entries(stored)) {
      expect(await readFile(join(at('out'), path), 'utf8')).toBe(content)
    }
  })

  test('a damaged archive is found, and so is a missing one', async () => {
    await protect()
    const archive = await readFile(at('safe/storage/files.tar.age'))
    archive.writeUInt8(archive.readUInt8(3_000) ^ 1, 3_000)
    await writeFile(at('safe/storage/files.tar.age'), archive)
    expect(await faultsOf(at('safe'))).toEqual([
      'E_DUMP_DAMAGED storage/files.tar.age',
      // Of an archive this small, its one piece is the last.
      'E_CIPHERTEXT_TRUNCATED storage/files.tar.age',
    ])
    await rm(at('safe/storage/files.tar.age'))
    expect(await faultsOf(at('safe'))).toEqual(['E_BACKUP_FILE_MISSING storage/files.tar.age'])
  })

  test('a file that changed since it was downloaded is not protected', async () => {
    await writeFile(at('one/storage/files/avatars/anna.png'), 'a picture of ANNA')
    await expect(protect()).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
    await expect(protect([])).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
  })

  test('where a set is signed only they stay files', async () => {
    const signing = { key: signingPair().privateKey, sequence: 1, previous: null }
    await protectSet(await openSet(at('one')), at('safe'), { recipients: [], signing })
    await expectWhole(at('safe'), ['E_SIGNATURE_UNCHECKED manifest.json'])
  })
})
