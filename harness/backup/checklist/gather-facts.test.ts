import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { processWatch } from '../../run/index.ts'
import { sealSet } from '../seal-set.ts'
import { SetFolder } from '../keep/testing/sets.ts'
import { toPolicy } from '../keep/index.ts'
import { gatherFacts, verificationOf } from './gather-facts.ts'
import { judgeChecklist } from './judge-checklist.ts'
import { readSignOffs, signItem, signOffsOf, writeSignOffs } from './sign-offs.ts'

const migrationAt = new Date('2026-03-01T20:00:00Z')
const clock = fixedClock(migrationAt)
const hour = 3_600_000
const day = { migrationAt, lastsMs: 24 * hour, fullWithinMs: 24 * hour, freshWithinMs: hour / 2 }
const keys = { identities: null, publicKey: null, memory: null }

async function gathered(sets: SetFolder, rules: Parameters<typeof toPolicy>[0] = { labels: {} }) {
  const { folder, history: historyPath } = sets
  const request = { folder, historyPath, policy: toPolicy(rules), clock, verify: keys }
  return gatherFacts(day, { ...request, processes: processWatch })
}

async function prepared(label = 'pre-migration'): Promise<SetFolder> {
  const sets = await SetFolder.create()
  const digest = await sets.seal('first', '2026-03-01T19:00:00Z', { label })
  await sets.rehearsed(digest, 'GO', new Date('2026-03-01T19:20:00Z'))
  await sets.seal('second', '2026-03-01T19:46:00Z', { label })
  return sets
}

test('sets on the disk: all machine items are done; a byte changed in either is found', async () => {
  await using sets = await prepared()
  const missing = async () =>
    judgeChecklist(day, { ...(await gathered(sets)), signOffs: [], platform: null }, clock).missing
  const people = ['rollback-plan', 'team-told', 'sign-off']
  expect(await missing()).toEqual(people)
  const path = join(sets.path('second'), 'full.sql')
  await writeFile(path, (await readFile(path, 'utf8')).replace('second', 'sEcond'))
  expect(await missing()).toEqual([...people.slice(0, 2), 'fresh-verified', 'sign-off'])
})

test('sets that a prune would delete before the migration is over are named', async () => {
  await using sets = await prepared('scheduled')
  const rules = { labels: {}, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, floor: 1 }
  await sets.seal('older', '2026-02-01T00:00:00Z', { label: 'scheduled' })
  const { expiry } = await gathered(sets, rules)
  expect(expiry).toEqual({ until: new Date('2026-03-02T20:00:00Z'), deleted: ['older'], unknown: null })
})

test('schema and data are the whole database, one of the two is not', async () => {
  await using sets = await SetFolder.create()
  const seal = async (name: string, ...files: string[]) => {
    for (const file of files) await sets.part(name, file)
    await sealSet(sets.path(name), { createdAt: '2026-03-01T19:50:00Z' })
  }
  await seal('half', 'data.sql')
  expect((await gathered(sets)).chosen.full).toBe(null)
  await seal('both', 'schema.sql', 'data.sql')
  expect((await gathered(sets)).chosen.full?.name).toBe('both')
})

test('nothing looked at is not verified, nor is what could not be', () => {
  const same = { status: 'same', code: null, object: 'a', message: 'm', hint: null } as const
  expect(verificationOf([]).good).toBe(false)
  expect(verificationOf([same]).good).toBe(true)
  expect(verificationOf([same, { ...same, status: 'not-checked' }]).good).toBe(false)
  expect(verificationOf([same, { ...same, status: 'differs' }]).good).toBe(false)
})

test('sign-offs: by name, of one migration, people’s items only; another file is refused', async () => {
  await using sets = await SetFolder.create()
  const path = join(sets.root, 'signed.json')
  const by = { item: 'team-told', name: ' Grace\nHopper ' }
  await writeSignOffs(path, signItem(await readSignOffs(path), migrationAt, by, clock))
  await writeSignOffs(path, signItem(await readSignOffs(path), migrationAt, { ...by, name: 'Ada' }, clock))
  const file = await readSignOffs(path)
  expect(signOffsOf(file, migrationAt)).toEqual([{ item: 'team-told', name: 'Ada', at: migrationAt.toISOString() }])
  expect(signOffsOf(file, new Date('2026-03-01T21:00:00Z'))).toEqual([])
  expect((await stat(path)).mode & 0o022).toBe(0)
  expect(() => signItem(file, migrationAt, { ...by, item: 'verified' }, clock)).toThrow(/not signed off by a person/)
  expect(() => signItem(file, migrationAt, { ...by, name: ' ' }, clock)).toThrow(/has a name/)
  await writeFile(path, '{"kind":"migration-checklist"}')
  await expect(readSignOffs(path)).rejects.toMatchObject({ code: 'E_LOG_EDITED' })
})
