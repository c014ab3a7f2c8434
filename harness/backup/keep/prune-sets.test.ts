import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { lockFolder } from '../create/lock-folder.ts'
import { findLatestSet } from '../find-latest-set.ts'
import { outlookOf, type PruneOutlook } from './prune-outlook.ts'
import { pruneSets } from './prune-sets.ts'
import { toPolicy } from './retention.ts'
import { leaseSet } from './set-lease.ts'
import { processWatch } from '../../run/hold-set.ts'
import { SetFolder } from './testing/sets.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-20T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)
const strict = toPolicy({ last: 1, daily: 0, weekly: 0, monthly: 0, floor: 1, labels: {} })

const requestOf = (sets: SetFolder, policy = strict, at = now) => ({
  folder: sets.folder,
  historyPath: sets.history,
  policy,
  clock: fixedClock(at),
  processes: processWatch,
})
const fatesOf = ({ plan }: PruneOutlook) => Object.fromEntries(plan.sets.map(({ set, fate }) => [set.name, fate]))
const whyOf = ({ plan }: PruneOutlook, name: string) => plan.sets.find(({ set }) => set.name === name)?.why
const shown = async (sets: SetFolder) => (await visible(sets)).filter((name) => !name.startsWith('.'))
const visible = async (sets: SetFolder) => (await readdir(sets.folder)).sort()

/** Five sets a day apart, the newest GO. */
async function fiveSets(): Promise<SetFolder> {
  const sets = await SetFolder.create()
  for (const days of [5, 4, 3, 2]) await sets.seal(`old-${days}`, daysAgo(days))
  await sets.rehearsed(await sets.seal('newest', daysAgo(1)), 'GO', daysAgo(1))
  return sets
}

describe('a prune', () => {
  test('says first what it then does, and leaves nothing else behind', async () => {
    await using sets = await fiveSets()
    const before = await visible(sets)
    const outlook = await outlookOf(requestOf(sets))
    expect(await visible(sets)).toEqual(before)
    const pruned = await pruneSets(requestOf(sets))
    expect(fatesOf(pruned)).toEqual(fatesOf(outlook))
    expect(pruned.deleted.map(({ name }) => name)).toEqual(['old-5', 'old-4', 'old-3', 'old-2'])
    expect(pruned.spared).toEqual([])
    expect(await visible(sets)).toEqual(['newest'])
  })

  test('of any history deletes exactly what its dry run says', async () => {
    const history = fc.array(
      fc.record({
        days: fc.integer({ min: 0, max: 400 }),
        isGo: fc.boolean(),
        label: fc.constantFrom('monthly', 'pre-migration'),
      }),
      { minLength: 3, maxLength: 12 },
    )
    let deleted = 0
    await fc.assert(
      fc.asyncProperty(history, async (made) => {
        await using sets = await SetFolder.create()
        for (const [index, { days, isGo, label }] of made.entries()) {
          const digest = await sets.seal(`s${index}`, daysAgo(days), { label })
          if (isGo) await sets.rehearsed(digest, 'GO', daysAgo(days))
        }
        const { plan } = await outlookOf(requestOf(sets))
        if (plan.stop !== null) return
        const kept = plan.sets.filter(({ fate }) => fate !== 'deleted').map(({ set }) => set.name)
        const pruned = await pruneSets(requestOf(sets))
        deleted += pruned.deleted.length
        expect(await visible(sets)).toEqual(kept.sort())
      }),
      { numRuns: 25 },
    )
    expect(deleted).toBeGreaterThan(20)
  })

  test('deletes nothing as long as no set is known to be GO: the history may be lost', async () => {
    await using sets = await fiveSets()
    await rm(sets.history)
    const pruned = await pruneSets(requestOf(sets))
    expect(pruned.deleted).toEqual([])
    expect(whyOf(pruned, 'old-5')).toBe('no set is known to be GO')
  })

  test('keeps the newest GO though newer sets are there that are not', async () => {
    await using sets = await fiveSets()
    await sets.rehearsed(await sets.seal('fresh', daysAgo(0)), 'NO-GO', daysAgo(0))
    await sets.seal('fresh-too', daysAgo(0.5))
    const pruned = await pruneSets(requestOf(sets))
    expect(whyOf(pruned, 'newest')).toContain('newest GO')
    expect(await visible(sets)).toEqual(expect.arrayContaining(['fresh', 'fresh-too', 'newest']))
  })

  test('a GO is of the set that was rehearsed, not of one put in its place', async () => {
    await using sets = await fiveSets()
    await sets.rehearsed(await sets.seal('rehearsed', daysAgo(0)), 'GO', daysAgo(0))
    await rm(sets.path('rehearsed'), { recursive: true })
    await sets.seal('rehearsed', daysAgo(0), { description: 'another' })
    expect(whyOf(await outlookOf(requestOf(sets)), 'newest')).toContain('newest GO')
  })

  test('leaves what is in use, and what turns out to be only after the plan was made', async () => {
    await using sets = await fiveSets()
    await using lease = await leaseSet(sets.path('old-4'), 'restore', processWatch)
    expect(lease).toBeDefined()
    const pruned = await pruneSets(requestOf(sets))
    expect(whyOf(pruned, 'old-4')).toBe(`in use by a restore (process ${process.pid})`)
    expect(await visible(sets)).toEqual(['newest', 'old-4'])
  })

  test('waits for nobody: where a backup is being written it is refused', async () => {
    await using sets = await fiveSets()
    await using lock = await lockFolder(sets.folder, processWatch)
    expect(lock.folder).toBe(sets.folder)
    await expect(pruneSets(requestOf(sets))).rejects.toMatchObject({ code: 'E_BACKUP_BUSY' })
    expect(await shown(sets)).toHaveLength(5)
  })

  test('leaves and names what is damaged, foreign, from the future, or not dated', async () => {
    await using sets = await fiveSets()
    await sets.seal('tomorrow', daysAgo(-1))
    await rm(join(sets.path('old-2'), 'full.sql'))
    await writeFile(join(sets.path('old-3'), 'manifest.json'), '{')
    await writeFile(join(sets.path('old-4'), 'notes.txt'), 'mine')
    await mkdir(join(sets.path('old-5'), '.git'))
    await sets.seal('cut', daysAgo(9))
    await appendFile(join(sets.path('cut'), 'full.sql'), 'x')
    await mkdir(sets.path('undated'))
    await writeFile(join(sets.path('undated'), 'full.sql'), 'SELECT 1;')
    await writeFile(sets.path('todo.txt'), 'mine')
    await symlink(sets.root, sets.path('link'))
    const pruned = await pruneSets(requestOf(sets))
    expect(pruned.deleted).toEqual([])
    const left = pruned.plan.sets.filter(({ fate }) => fate === 'left').map(({ set, why }) => `${set.name}: ${why}`)
    expect(left.sort()).toEqual([
      expect.stringMatching(/^cut: full\.sql has \d+ bytes, not \d+/),
      expect.stringMatching(/^old-2: .*full\.sql/),
      expect.stringMatching(/^old-3: /),
      'old-4: it holds notes.txt, which is not part of it',
      'old-5: it holds .git, which is not part of it',
      'tomorrow: taken in the future: check the clocks',
      expect.stringMatching(/^undated: only its files' times say/),
    ])
    expect(pruned.survey.foreign).toEqual(['todo.txt'])
    expect(pruned.survey.problems).toEqual([expect.stringContaining('link is a symlink that leaves the folder')])
    expect(await visible(sets)).toHaveLength(10)
  })

  test('takes a loose dump with what belongs to it, and no set that lies loose in several dumps', async () => {
    await using sets = await fiveSets()
    await sets.loose('shop_20260301_020000.sql')
    await writeFile(sets.path('shop_20260301_020000.sql.sha256'), `${'0'.repeat(64)}  shop_20260301_020000.sql\n`)
    for (const part of ['schema', 'data']) await sets.loose(`production_${part}_backup_20260215_020000.sql`)
    const pruned = await pruneSets(requestOf(sets))
    expect(pruned.deleted.map(({ name }) => name)).toContain('shop_20260301_020000.sql')
    expect((await visible(sets)).filter((name) => name !== 'newest')).toEqual([
      'production_data_backup_20260215_020000.sql',
      'production_schema_backup_20260215_020000.sql',
    ])
  })

  test.each([
    ['behind every set', daysAgo(30), 'every set was taken later'],
    ['more than a year ahead', daysAgo(-400), 'the newest set was taken'],
  ])('stops where the clock is %s', async (_, at, why) => {
    await using sets = await fiveSets()
    expect((await outlookOf(requestOf(sets, strict, at))).plan.stop).toContain(why)
    await expect(pruneSets(requestOf(sets, strict, at))).rejects.toMatchObject({
      code: 'E_CLOCK_DOUBTFUL',
      message: expect.stringContaining(why) as string,
    })
    expect(await visible(sets)).toHaveLength(5)
  })

  test('a clock two months ahead lets no label run out', async () => {
    await using sets = await fiveSets()
    await sets.seal('before', daysAgo(6), { label: 'pre-migration' })
    expect(whyOf(await outlookOf(requestOf(sets, strict, daysAgo(-60))), 'before')).toBe('label pre-migration, 30 d')
  })

  test('one set, and a folder that is not there, are refused', async () => {
    await using sets = await fiveSets()
    const single = { ...requestOf(sets), folder: sets.path('newest') }
    await expect(outlookOf(single)).rejects.toMatchObject({ code: 'E_USAGE' })
    const none = { ...requestOf(sets), folder: sets.path('none') }
    await expect(outlookOf(none)).rejects.toMatchObject({ code: 'E_PATH_NOT_FOUND' })
    await expect(pruneSets(none)).rejects.toMatchObject({ code: 'E_PATH_NOT_FOUND' })
  })
})

test('killed at any moment, every set is whole or none, and the next prune clears up', async () => {
  const script = `
    import { pruneSets } from ${JSON.stringify(fileURLToPath(new URL('prune-sets.ts', import.meta.url)))}
    import { toPolicy } from ${JSON.stringify(fileURLToPath(new URL('retention.ts', import.meta.url)))}
    import { processWatch } from ${JSON.stringify(fileURLToPath(new URL('../../run/hold-set.ts', import.meta.url)))}
    const [folder, historyPath] = process.argv.slice(1)
    const policy = toPolicy({ last: 1, daily: 0, weekly: 0, monthly: 0, floor: 1, labels: {} })
    const clock = { now: () => new Date(${now.getTime()}), monotonicMs: () => performance.now() }
    await pruneSets({ folder, historyPath, policy, clock, processes: processWatch })
  `
  const seen = new Set<number>()
  for (const remaining of [9, 8, 6, 4, 2]) {
    await using sets = await SetFolder.create()
    for (let index = 0; index < 8; index += 1) {
      for (let table = 0; table < 8; table += 1) await sets.part(`s${index}`, `table_t${table}_backup.sql`)
      await sets.seal(`s${index}`, daysAgo(index + 2))
    }
    await sets.rehearsed(await sets.seal('newest', daysAgo(1)), 'GO', daysAgo(1))
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, sets.folder, sets.history], {
      stdio: 'inherit',
    })
    const ended = once(child, 'close')
    const isLocked = async () => (await readdir(sets.folder)).some((name) => name.endsWith('.held'))
    const isReached = async () => (await isLocked()) && (await shown(sets)).length <= remaining
    while (child.exitCode === null && !(await isReached())) await sleep(1)
    child.kill('SIGKILL')
    await ended
    const { survey } = await outlookOf(requestOf(sets))
    seen.add(survey.sets.length)
    expect(survey.sets.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([])
    expect((await findLatestSet(sets.folder, fixedClock(now))).name).toBe('newest')
    await pruneSets(requestOf(sets))
    expect(await visible(sets)).toEqual(['newest'])
  }
  expect(seen.size).toBeGreaterThan(2)
})
