import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { readHistory } from './history.ts'
import { judgeStatus } from './judge-status.ts'
import { surveySets } from './survey-sets.ts'
import { SetFolder } from './testing/sets.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-20T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)

async function statusOf(sets: SetFolder, at = now) {
  const clock = fixedClock(at)
  return judgeStatus(await surveySets(sets.folder, await readHistory(sets.history), clock), 35 * dayMs, clock)
}

describe('a folder of sets is', () => {
  test('fresh when one that is there was called GO recently enough', async () => {
    await using sets = await SetFolder.create()
    await sets.rehearsed(await sets.seal('a', daysAgo(3)), 'GO', daysAgo(2))
    const report = await statusOf(sets)
    expect(report).toMatchObject({ answer: 'fresh', newestGo: { set: 'a', agoMs: 2 * dayMs }, notes: [] })
    expect(report.why).toBe('a was rehearsed 2 d ago and is GO; at most 35 d are allowed')
  })

  test('stale a moment after the budget', async () => {
    await using sets = await SetFolder.create()
    await sets.rehearsed(await sets.seal('a', daysAgo(40)), 'GO', daysAgo(35))
    expect((await statusOf(sets)).answer).toBe('fresh')
    const late = await statusOf(sets, new Date(now.getTime() + 1))
    expect(late.answer).toBe('stale')
    expect(late.why).toContain('the newest GO is 35 d old (a)')
  })

  test('stale when there is no set, or no rehearsal ever ran', async () => {
    await using sets = await SetFolder.create()
    expect(await statusOf(sets)).toMatchObject({ answer: 'stale', why: 'there is no backup set in this folder' })
    await sets.seal('a', daysAgo(1))
    expect(await statusOf(sets)).toMatchObject({
      answer: 'stale',
      why: 'no rehearsal of any of these sets is on record',
      notes: ['the newest set, a, was never rehearsed'],
    })
  })

  test('stale when what was GO is gone, damaged, another by now, or was judged otherwise since', async () => {
    await using sets = await SetFolder.create()
    for (const name of ['gone', 'damaged', 'other', 'later']) {
      await sets.rehearsed(await sets.seal(name, daysAgo(5)), 'GO', daysAgo(4))
    }
    expect((await statusOf(sets)).answer).toBe('fresh')
    await rm(sets.path('gone'), { recursive: true })
    await writeFile(join(sets.path('damaged'), 'full.sql'), 'short')
    await rm(sets.path('other'), { recursive: true })
    await sets.seal('other', daysAgo(5), { name: 'not the same' })
    const later = (await statusOf(sets)).sets.find(({ name }) => name === 'later')
    await sets.rehearsed(later?.digest ?? '', 'NO-GO', daysAgo(1))
    const report = await statusOf(sets)
    expect(report.answer).toBe('stale')
    expect(report.why).toMatch(/^no set that is here and whole is GO; the last rehearsal said NO-GO/)
  })

  test('fresh still after a rehearsal that came to no answer, and it says so', async () => {
    await using sets = await SetFolder.create()
    const digest = await sets.seal('a', daysAgo(5))
    await sets.rehearsed(digest, 'GO', daysAgo(4))
    await sets.rehearsed(digest, 'UNDECIDED', daysAgo(1))
    const report = await statusOf(sets)
    expect(report.answer).toBe('fresh')
    expect(report.notes).toEqual([expect.stringContaining('the last rehearsal, of name, said UNDECIDED')])
  })

  test('not made fresh by a rehearsal that is said to end in the future', async () => {
    await using sets = await SetFolder.create()
    await sets.rehearsed(await sets.seal('a', daysAgo(5)), 'GO', daysAgo(-3))
    const report = await statusOf(sets)
    expect(report.answer).toBe('stale')
    expect(report.notes).toContain('1 rehearsals on record end later than now and were not counted: check the clock')
  })
})

test('one dump by its path is a set, and an unsealed one is another once it is written anew', async () => {
  await using sets = await SetFolder.create()
  await sets.loose('shop_20260319_020000.sql')
  const first = await statusOf(sets)
  const digest = first.sets[0]?.digest ?? ''
  expect(digest).toMatch(/^files:/)
  await sets.rehearsed(digest, 'GO', daysAgo(0))
  expect((await statusOf(sets)).answer).toBe('fresh')
  const single = await surveySets(
    sets.path('shop_20260319_020000.sql'),
    await readHistory(sets.history),
    fixedClock(now),
  )
  expect(single).toMatchObject({ isSingle: true, sets: [{ digest }] })
  await new Promise((resolve) => setTimeout(resolve, 10))
  await sets.loose('shop_20260319_020000.sql')
  expect((await statusOf(sets)).answer).toBe('stale')
})
