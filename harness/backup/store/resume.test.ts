import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isRequired } from '../../core/testing/is-required.ts'
import { Fault, fixedClock } from '../../core/index.ts'
import { processWatch } from '../../run/index.ts'
import { openSet } from '../open-set.ts'
import { sealSet } from '../seal-set.ts'
import { bringToCache } from './cached-set.ts'
import { fetchSet } from './fetch-set.ts'
import { openStore } from './open-store.ts'
import { pushSet } from './push-set.ts'
import { FaultyS3 } from './testing/s3-server.ts'
import { TestSshd } from './testing/ssh-server.ts'
import type { Store } from './types.ts'

const clock = fixedClock(new Date('2026-11-22T10:00:00Z'))
const options = { clock, signal: new AbortController().signal, pausesMs: [5, 5, 5], processes: processWatch }
const megabyte = 1 << 20
const bytes = 4 * megabyte

let folder: string
let store: Store
const at = (...names: string[]): string => join(folder, ...names)
const fetchOne = async () => fetchSet(store, 'one', at('fetched'), options)

async function makeSet(): Promise<void> {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'resume-')))
  await mkdir(at('one'))
  await writeFile(at('one/full.sql'), randomBytes(bytes))
  await writeFile(at('one/roles.sql'), 'create role a;\n')
  await sealSet(at('one'), { createdAt: '2026-11-01T00:00:00Z' })
}

async function expectWhole(root = at('fetched/one')): Promise<void> {
  expect((await readFile(join(root, 'full.sql'))).equals(await readFile(at('one/full.sql')))).toBe(true)
  expect((await readdir(root)).toSorted()).toEqual(['full.sql', 'manifest.json', 'roles.sql'])
}

/** The one hidden folder of what came, and in it the one beginning. */
async function keptIn(
  parent: string,
): Promise<{ readonly name: string; readonly part: string; readonly size: number }> {
  const names = (await readdir(parent)).filter((name) => name.startsWith('.'))
  expect(names).toEqual([expect.stringMatching(/^\.one\.[0-9a-f]{16}\.part$/)])
  const inner = parent === at('fetched') ? join(parent, names[0] ?? '', '.arriving') : join(parent, names[0] ?? '')
  const [part = ''] = (await readdir(inner)).filter((name) => name.includes('-'))
  return { name: names[0] ?? '', part: join(inner, part), size: (await stat(join(inner, part))).size }
}

describe('from a bucket', () => {
  let s3: FaultyS3
  beforeEach(async () => {
    await makeSet()
    s3 = await FaultyS3.start()
    store = await openStore(s3.place, { environment: s3.environment, idleMs: 10_000 })
    await pushSet(await openSet(at('one')), store, options)
    s3.asked.length = 0
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await s3[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  const reads = () => s3.asked.filter((line) => line.startsWith('GET') && line.includes('full.sql')).length
  /** From about the half, where the line broke. */
  const expectWentOn = (): void => {
    const froms = s3.ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range)?.[1]))
    expect(froms).toEqual([expect.toSatisfy((from: number) => from > bytes / 4 && from <= bytes / 2)])
  }
  /** The first try brings the first half, no other brings anything. */
  const breakOff = async (work: () => Promise<unknown>): Promise<string> => {
    s3.meets('short read', 'GET', /full\.sql/)
    s3.meets('reset', 'GET', /full\.sql/, 3)
    const fault = await work().catch((thrown: unknown) => thrown)
    expect(fault).toMatchObject({ code: 'E_STORE_UNREACHABLE' })
    return fault instanceof Fault ? String(fault.hint) : ''
  }
  const replaceThere = async (content: Buffer): Promise<void> => {
    await writeFile(at('other'), content)
    await store.write('one/full.sql', { path: at('other'), bytes: content.length, sha256: '' }, options.signal)
  }

  test('what came before the line broke is not brought again, within one fetch', async () => {
    s3.meets('short read', 'GET', /full\.sql/)
    await fetchOne()
    await expectWhole()
    expectWentOn()
    expect(await readdir(at('fetched'))).toEqual(['one'])
  })

  test('as long as it gets on, tries are not counted', async () => {
    s3.meets('short read', 'GET', /full\.sql/, 2)
    s3.meets('reset', 'GET', /full\.sql/, 2)
    await fetchOne()
    await expectWhole()
    expect(reads()).toBe(5)
  })

  test('the next fetch goes on where a failed one ended, and says so', async () => {
    await expect(breakOff(fetchOne)).resolves.toMatch('kept for a week')
    await fetchOne()
    expectWentOn()
    await expectWhole()
    expect(await readdir(at('fetched'))).toEqual(['one'])
  })

  test('a server that gives all of it when a part is asked for is read on', async () => {
    s3.knowsRanges = false
    s3.meets('short read', 'GET', /full\.sql/)
    await fetchOne()
    await expectWhole()
  })

  test('the beginning of a file that was replaced there is thrown away', async () => {
    await breakOff(fetchOne)
    const right = await readFile(at('one/full.sql'))
    await replaceThere(randomBytes(bytes))
    await expect(fetchOne()).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
    // Of what is damaged nothing is kept.
    expect(await readdir(at('fetched'))).toEqual([])
    await replaceThere(right)
    await fetchOne()
    await expectWhole()
    expect(s3.ranges).toEqual([])
  })

  test.each([true, false])('a file that is replaced while it is read is begun anew (conditions: %s)', async (knows) => {
    s3.knowsConditions = knows
    const right = await readFile(at('one/full.sql'))
    await replaceThere(randomBytes(bytes))
    s3.meets('short read', 'GET', /full\.sql/)
    s3.afterShortRead = async () => replaceThere(right)
    await fetchOne()
    await expectWhole()
    expect(s3.ranges).toEqual([])
  })

  test('a beginning that was changed on this disk does no harm', async () => {
    await breakOff(fetchOne)
    const { part, size } = await keptIn(at('fetched'))
    expect(size).toBeGreaterThan(bytes / 4)
    await writeFile(part, randomBytes(size))
    await fetchOne()
    await expectWhole()
  })

  test('another set of the same name begins anew, and what came of the first goes', async () => {
    await breakOff(fetchOne)
    const { name } = await keptIn(at('fetched'))
    for (const file of ['full.sql', 'roles.sql', 'manifest.json']) await store.remove(`one/${file}`, options.signal)
    await writeFile(at('one/full.sql'), randomBytes(bytes))
    await rm(at('one/manifest.json'))
    await sealSet(at('one'), { createdAt: '2026-11-02T00:00:00Z' })
    await pushSet(await openSet(at('one')), store, options)
    await breakOff(fetchOne)
    expect((await keptIn(at('fetched'))).name).not.toBe(name)
  })

  test('what nobody went on with for a week goes', async () => {
    await breakOff(fetchOne)
    const { name } = await keptIn(at('fetched'))
    const long = new Date(Date.now() - 8 * 24 * 60 * 60_000)
    await utimes(at('fetched', name), long, long)
    await fetchOne()
    await expectWhole()
    expect(s3.ranges).toEqual([])
  })

  test('the cache goes on within a file, too', async () => {
    const bring = async () => bringToCache(store, { ...options, place: s3.place, cache: at('cache') })
    await breakOff(bring)
    const brought = await bring()
    expectWentOn()
    await expectWhole(join(brought, 'one'))
    expect(await readdir(brought)).toEqual(['one'])
  })

  test('without a word on processes nothing stays', async () => {
    await breakOff(async () => fetchSet(store, 'one', at('fetched'), { ...options, processes: undefined }))
    expect(await readdir(at('fetched'))).toEqual([])
  })
})

/* OpenSSH's server is there where CI installs it. */
describe.runIf(isRequired('sshd') || existsSync('/usr/sbin/sshd'))('from another machine, by SFTP', () => {
  let sshd: TestSshd
  beforeEach(async () => {
    await makeSet()
    sshd = await TestSshd.start()
    store = await openStore(sshd.place(), { environment: sshd.environment, idleMs: 10_000 })
    await pushSet(await openSet(at('one')), store, options)
    await store[Symbol.asyncDispose]()
    store = await openStore(sshd.place(), { environment: sshd.environment, idleMs: 10_000 })
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await sshd[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test('the next fetch goes on where the line was cut; of a replaced file it begins anew', async () => {
    Object.assign(sshd, { fault: 'cut', afterGivenBytes: 3 * megabyte, times: 1 })
    const once = { ...options, pausesMs: [] }
    await expect(fetchSet(store, 'one', at('fetched'), once)).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' })
    const { size } = await keptIn(at('fetched'))
    expect(size).toBeGreaterThan(megabyte)
    sshd.given = 0
    await fetchOne()
    await expectWhole()
    expect(sshd.given).toBeLessThan(bytes - megabyte)
    const version = await store.versionOf('one/full.sql', options.signal)
    const later = new Date('2026-11-22T00:00:00Z')
    await utimes(join(sshd.folder, 'files/one/full.sql'), later, later)
    const read = store.read('one/full.sql', options.signal, { from: 1, version })
    await expect(Array.fromAsync(read)).rejects.toMatchObject({ code: 'E_STORE_FAILED', facts: { again: true } })
  })
})
