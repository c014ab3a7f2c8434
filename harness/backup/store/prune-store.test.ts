import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { isRequired } from '../../core/testing/is-required.ts'
import { processWatch } from '../../run/index.ts'
import { toPolicy } from '../keep/index.ts'
import { SetFolder } from '../keep/testing/sets.ts'
import { openSet } from '../open-set.ts'
import { claimName } from './claim.ts'
import { listStoredSets } from './fetch-set.ts'
import { openStore } from './open-store.ts'
import { pruneStore, storedOutlookOf } from './prune-store.ts'
import { pushSet } from './push-set.ts'
import { TestSshd } from './testing/ssh-server.ts'
import { FaultyS3 } from './testing/s3-server.ts'
import type { Store } from './types.ts'

const clock = fixedClock(new Date('2026-11-22T00:00:00Z'))
const options = { clock, signal: new AbortController().signal, pausesMs: [5, 5, 5] }
const rules = { labels: {}, last: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0, floor: 1 }
const days = ['2026-11-10', '2026-11-15', '2026-11-18', '2026-11-21']

let sets: SetFolder
let place: FaultyS3 | TestSshd
let store: Store
let elsewhere: string
const request = () => ({
  ...options,
  store,
  historyPath: sets.history,
  policy: toPolicy(rules),
  processes: processWatch,
})
const names = async () => listStoredSets(store, options)
const paths = async () => (await store.list('', options.signal)).map(({ path }) => path).toSorted()

async function fill(): Promise<void> {
  elsewhere = await mkdtemp(join(tmpdir(), 'prune-store-'))
  sets = await SetFolder.create()
  for (const day of days) {
    const label = day === '2026-11-10' ? 'archive' : 'scheduled'
    const digest = await sets.seal(day, `${day}T00:00:00Z`, { label })
    // The newest that is GO is not the newest.
    if (day === '2026-11-18') await sets.rehearsed(digest, 'GO', new Date('2026-11-18T01:00:00Z'))
    await pushSet(await openSet(sets.path(day)), store, options)
  }
}
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
  await sets[Symbol.asyncDispose]()
  await rm(elsewhere, { recursive: true, force: true })
})

function keepsTheRules(): void {
  test('a dry run says which set would go, and changes nothing', async () => {
    const before = await paths()
    const { plan, survey } = await storedOutlookOf(request())
    expect(plan.sets.map(({ set, fate }) => [set.name, fate])).toEqual([
      ['2026-11-21', 'kept'],
      ['2026-11-18', 'kept'],
      ['2026-11-15', 'deleted'],
      ['2026-11-10', 'kept'],
    ])
    expect(survey).toMatchObject({ folder: store.name, foreign: [] })
    expect(await paths()).toEqual(before)
  })

  test('a prune deletes just that one, all of it', async () => {
    const { deleted, spared } = await pruneStore(request())
    expect([deleted.map(({ name }) => name), spared]).toEqual([['2026-11-15'], []])
    expect((await paths()).filter((path) => path.startsWith('2026-11-15'))).toEqual([])
    expect(await names()).toEqual(['2026-11-10', '2026-11-18', '2026-11-21'])
  })

  test('a small file is removed only as long as it is the one that was read', async () => {
    await store.create('x/note', Buffer.from('new'), options.signal)
    expect(await store.removeSame('x/note', Buffer.from('old'), options.signal)).toBe(false)
    expect(await store.removeSame('x/note', Buffer.from('new'), options.signal)).toBe(true)
    const gone = store.removeSame('x/note', Buffer.from('new'), options.signal)
    await expect(gone).rejects.toMatchObject({ code: 'E_BACKUP_FILE_MISSING' })
  })
}

function spares(): void {
  test('one that a writer is at is spared, and one with a file that is not its own is left', async () => {
    await store.create(`2026-11-15/${claimName}`, Buffer.from('{"writer":"other"}'), options.signal)
    const { plan } = await storedOutlookOf(request())
    expect(plan.sets.find(({ set }) => set.name === '2026-11-15')?.fate).toBe('left')
    expect((await pruneStore(request())).deleted).toEqual([])
    await store.remove(`2026-11-15/${claimName}`, options.signal)
    await store.create('2026-11-15/notes.txt', Buffer.from('mine'), options.signal)
    expect((await pruneStore(request())).deleted).toEqual([])
    expect(await names()).toContain('2026-11-15')
  })

  test('without a GO on record nothing goes', async () => {
    await writeFile(sets.history, '')
    expect((await pruneStore(request())).deleted).toEqual([])
    expect(await names()).toEqual(days)
  })
}

describe('a bucket', () => {
  let s3: FaultyS3
  beforeEach(async () => {
    s3 = await FaultyS3.start()
    place = s3
    store = await openStore(s3.place, { environment: s3.environment, idleMs: 1_000 })
    await fill()
    s3.asked.length = 0
  })
  keepsTheRules()
  spares()

  test('the manifest goes before the files; stopped after it, the rest is no set, and the next prune clears it', async () => {
    s3.meets('forbidden', 'DELETE', /full\.sql/, 9)
    const { deleted, spared } = await pruneStore(request())
    expect([deleted, spared.map(({ set }) => set.name)]).toEqual([[], ['2026-11-15']])
    const removed = s3.asked
      .filter((line) => line.startsWith('DELETE'))
      .map((line) => /[^/?]+(?=\?|$)/.exec(line.split('?')[0] ?? '')?.[0])
    expect(removed.slice(0, 2)).toEqual(['manifest.json', 'full.sql'])
    expect(await names()).not.toContain('2026-11-15')
    const rest = await storedOutlookOf(request())
    expect([rest.begun, rest.survey.foreign]).toEqual([['2026-11-15'], []])
    await store.create('2026-11-15/notes.txt', Buffer.from('mine'), options.signal)
    s3.plan.length = 0
    expect(await pruneStore(request())).toMatchObject({ finished: ['2026-11-15'], unfinished: [], deleted: [] })
    expect((await paths()).filter((path) => path.startsWith('2026-11-15'))).toEqual(['2026-11-15/notes.txt'])
    // Somebody's own file is left, and named.
    expect(await storedOutlookOf(request())).toMatchObject({ begun: [], survey: { foreign: ['2026-11-15'] } })
  })

  test('what a prune began may be pushed again, and is then no rest of it', async () => {
    s3.meets('forbidden', 'DELETE', /full\.sql/, 1)
    expect((await pruneStore(request())).deleted).toEqual([])
    const set = await openSet(sets.path('2026-11-15'))
    s3.meets('forbidden', 'PUT', /full\.sql/, 1)
    await expect(pushSet(set, store, options)).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' })
    // A push that is not finished: no prune touches it.
    expect(await storedOutlookOf(request())).toMatchObject({ begun: [], survey: { foreign: ['2026-11-15'] } })
    expect((await pruneStore(request())).finished).toEqual([])
    await pushSet(set, store, options)
    expect(await names()).toContain('2026-11-15')
    expect((await paths()).filter((path) => path.endsWith('.json') && path.includes('/.'))).toEqual([])
  })

  test('the rest of a set that another is at is left, and that of one who has died is not', async () => {
    s3.meets('forbidden', 'DELETE', /full\.sql/, 1)
    await pruneStore(request())
    const owner = await processWatch.identify()
    const claim = (startTime: string) => Buffer.from(JSON.stringify({ owner: { ...owner, startTime } }))
    const path = `2026-11-15/${claimName}`
    await store.create(path, claim(owner.startTime), options.signal)
    const busy = await pruneStore(request())
    expect([busy.finished, busy.unfinished.map(({ name }) => name)]).toEqual([[], ['2026-11-15']])
    await store.remove(path, options.signal)
    await store.create(path, claim('1'), options.signal)
    expect((await pruneStore(request())).finished).toEqual(['2026-11-15'])
    expect((await paths()).filter((left) => left.startsWith('2026-11-15'))).toEqual([])
  })

  test('a prune that was killed before the manifest went is begun anew', async () => {
    const owner = await processWatch.identify()
    const dead = Buffer.from(JSON.stringify({ owner: { ...owner, startTime: '1' } }))
    await store.create(`2026-11-15/${claimName}`, dead, options.signal)
    await store.create('2026-11-15/.pruned.json', Buffer.from('{"another":"set"}'), options.signal)
    expect((await storedOutlookOf(request())).begun).toEqual([])
    expect((await pruneStore(request())).deleted.map(({ name }) => name)).toEqual(['2026-11-15'])
    expect((await paths()).filter((path) => path.startsWith('2026-11-15'))).toEqual([])
  })

  test.each(['reset after', 'unavailable', 'reset'] as const)('%s at the manifest: tried again', async (fault) => {
    s3.meets(fault, 'DELETE', /manifest\.json/)
    expect((await pruneStore(request())).deleted.map(({ name }) => name)).toEqual(['2026-11-15'])
  })

  test('a manifest that was put in its place at the last moment is not removed', async () => {
    const path = '2026-11-15/manifest.json'
    const other = join(elsewhere, 'other.json')
    await writeFile(other, '{"other":true}')
    const remove = store.removeSame.bind(store)
    const late = Object.assign(Object.create(store) as Store, {
      removeSame: async (...given: Parameters<typeof remove>) => {
        await store.write(path, { path: other, bytes: 14, sha256: '' }, options.signal)
        return remove(...given)
      },
      list: store.list.bind(store),
      read: store.read.bind(store),
      create: store.create.bind(store),
      remove: store.remove.bind(store),
      name: store.name,
    })
    const { deleted, spared } = await pruneStore({ ...request(), store: late })
    expect([deleted, spared.map(({ why }) => why)]).toEqual([[], ['it changed while this ran']])
    expect(await paths()).toEqual(expect.arrayContaining([path, '2026-11-15/full.sql']))
    expect(s3.asked.filter((line) => line.startsWith('DELETE') && line.includes('full.sql'))).toEqual([])
  })

  test('one between its reading and its removing is seen by the bucket', async () => {
    const path = 'x/note'
    await store.create(path, Buffer.from('old'), options.signal)
    const other = join(elsewhere, 'other')
    await writeFile(other, 'new')
    s3.beforeDelete = async () => store.write(path, { path: other, bytes: 3, sha256: '' }, options.signal)
    expect(await store.removeSame(path, Buffer.from('old'), options.signal)).toBe(false)
    expect(await paths()).toContain(path)
  })
})

/* OpenSSH's server is there where CI installs it. */
describe.runIf(isRequired('sshd') || existsSync('/usr/sbin/sshd'))('another machine, by SFTP', () => {
  beforeEach(async () => {
    const sshd = await TestSshd.start()
    place = sshd
    store = await openStore(sshd.place(), { environment: sshd.environment, idleMs: 10_000 })
    await fill()
  })
  keepsTheRules()
})
