import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../core/index.ts'
import { checkFiles, openSet, sealSet } from '../index.ts'
import { fetchSet, listStoredSets } from './fetch-set.ts'
import { openStore } from './open-store.ts'
import { claimName } from './claim.ts'
import { pushSet, type PushOptions } from './push-set.ts'
import { TestSshd, type LineFault } from './testing/ssh-server.ts'
import type { Store } from './types.ts'
import { isRequired } from '../../core/testing/is-required.ts'

let folder: string
let sshd: TestSshd
let store: Store
const options: PushOptions = { clock: systemClock, signal: new AbortController().signal, pausesMs: [5, 5, 5] }
const at = (name: string): string => join(folder, name)

/* OpenSSH's server is there where CI installs it. */
describe.runIf(isRequired('sshd') || existsSync('/usr/sbin/sshd'))('another machine, by SFTP,', () => {
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'push-')))
    sshd = await TestSshd.start()
    store = await openStore(sshd.place(), { environment: sshd.environment, idleMs: 1_500 })
    await makeSet()
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await sshd[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function makeSet(): Promise<void> {
    await mkdir(at('one'), { recursive: true })
    await writeFile(at('one/full.sql'), randomBytes(400_000))
    await writeFile(at('one/roles.sql'), 'create role a;\n')
    await sealSet(at('one'), { createdAt: '2026-11-01T00:00:00Z' })
  }
  const push = async (more: Partial<PushOptions> = {}) =>
    pushSet(await openSet(at('one')), store, { ...options, ...more })
  const outcome = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
  async function comesBack(): Promise<void> {
    const fetched = await fetchSet(store, 'one', at('fetched'), options)
    expect((await checkFiles(await openSet(fetched.root))).map(({ state }) => state)).toEqual(['intact', 'intact'])
  }

  test('takes a set and gives it back, readable by its owner alone', async () => {
    expect(await push()).toMatchObject({ files: 2, wasThere: false })
    expect((await readdir(join(sshd.folder, 'files/one'))).sort()).toEqual(['full.sql', 'manifest.json', 'roles.sql'])
    expect((await stat(join(sshd.folder, 'files/one/full.sql'))).mode & 0o777).toBe(0o600)
    expect(await listStoredSets(store, options)).toEqual(['one'])
    await comesBack()
    expect(await push()).toMatchObject({ wasThere: true })
  })

  test('is refused when its key is another than the one pinned, or none is', async () => {
    const other = `SHA256:${'A'.repeat(43)}`
    await using wrong = await openStore(sshd.place(other), { environment: sshd.environment })
    expect(await outcome(listStoredSets(wrong, options))).toBe('E_STORE_REFUSED')
    for (const place of ['sftp://a@b/c?key=env:SFTP_KEY', `sftp://a@b/c?hostkey=${other}`]) {
      expect(await outcome(openStore(place, { environment: sshd.environment }))).toBe('E_STORE_REFUSED')
    }
  })

  test('does not let a stranger in, and that is said once', async () => {
    await writeFile(join(sshd.folder, 'authorized'), '')
    expect(await outcome(push())).toBe('E_STORE_UNREACHABLE')
  })

  test.each<[string, LineFault, number]>([
    ['a cut before it begins', 'cut', 1],
    ['a cut within a file', 'cut', 200_000],
    ['a line gone silent within a file', 'silent', 200_000],
  ])('bears %s', async (_, fault, afterBytes) => {
    Object.assign(sshd, { fault, afterBytes, times: 1 })
    expect(await outcome(push())).toBe('done')
    expect(sshd.times).toBeLessThan(1)
    await comesBack()
  })

  test.each<[string, LineFault]>([
    ['cut', 'cut'],
    ['silent', 'silent'],
  ])('is no set as long as the line is %s every time', async (_, fault) => {
    Object.assign(sshd, { fault, afterBytes: 200_000, times: 99 })
    expect(await outcome(push())).toBe('E_STORE_UNREACHABLE')
    sshd.fault = 'none'
    expect(await listStoredSets(store, options)).toEqual([])
    expect(await outcome(push({ takeOver: true }))).toBe('done')
    await comesBack()
  })

  test('is left when the work is given up while the line is being made', async () => {
    const abort = new AbortController()
    const asked = outcome(listStoredSets(store, { ...options, signal: abort.signal }))
    await vi.waitUntil(() => sshd.open > 0)
    abort.abort()
    expect(await asked).toBe('E_INTERRUPTED')
    await store[Symbol.asyncDispose]()
    await vi.waitUntil(() => sshd.open === 0, { timeout: 10_000 })
  })

  test('finds a file that was changed there', async () => {
    await push()
    await writeFile(join(sshd.folder, 'files/one/full.sql'), randomBytes(400_000))
    expect(await outcome(fetchSet(store, 'one', at('fetched'), options))).toBe('E_DUMP_DAMAGED')
  })

  test('lets one of two writers win', async () => {
    await using second = await openStore(sshd.place(), { environment: sshd.environment })
    const set = await openSet(at('one'))
    // Both are let in first: who came later would find the other's work done.
    for (const one of [store, second]) expect(await listStoredSets(one, options)).toEqual([])
    const ends = await Promise.all([outcome(pushSet(set, store, options)), outcome(pushSet(set, second, options))])
    expect(ends.toSorted()).toEqual(['E_STORE_OCCUPIED', 'done'])
    await comesBack()
  })

  test('lets a claim stand until it is taken over', async () => {
    expect(await store.create(`one/${claimName}`, Buffer.from('{}'), options.signal)).toBe(true)
    expect(await store.create(`one/${claimName}`, Buffer.from('{}'), options.signal)).toBe(false)
    expect(await outcome(push())).toBe('E_STORE_OCCUPIED')
    expect(await outcome(push({ takeOver: true }))).toBe('done')
  })
})
