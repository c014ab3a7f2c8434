import { readdir, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { pruneSets } from '../keep/prune-sets.ts'
import { toPolicy } from '../keep/retention.ts'
import { SetFolder } from '../keep/testing/sets.ts'
import { processWatch } from '../../run/hold-set.ts'
import { sealStorage } from './seal-storage.ts'
import { layStorage } from './testing/lay-storage.ts'

const now = new Date('2026-03-20T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

test('a prune removes a set with its files of Storage, and spares one whose files are nobody knows whose', async () => {
  await using sets = await SetFolder.create()
  for (const name of ['old-3', 'old-2']) {
    await sets.seal(name, daysAgo(Number(name.slice(-1))))
    await layStorage(sets.path(name))
    await sealStorage(sets.path(name))
  }
  await rm(`${sets.path('old-2')}/storage/storage-manifest.jsonl`)
  await sets.rehearsed(await sets.seal('newest', daysAgo(1)), 'GO', daysAgo(1))
  const pruned = await pruneSets({
    folder: sets.folder,
    historyPath: sets.history,
    policy: toPolicy({ last: 1, daily: 0, weekly: 0, monthly: 0, floor: 1, labels: {} }),
    clock: fixedClock(now),
    processes: processWatch,
  })
  expect(pruned.deleted.map(({ name }) => name)).toEqual(['old-3'])
  expect((await readdir(sets.folder)).filter((name) => !name.startsWith('.')).toSorted()).toEqual(['newest', 'old-2'])
})
