import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encryptFile, openSet, sealSet } from '../index.ts'
import { freshKey } from '../protect/testing/keys.ts'
import { compareEarlier } from './compare-earlier.ts'
import { readEarlier } from './read-earlier.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earlier-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const source = { database: 'shop', systemIdentifierHash: 'a'.repeat(64) }

async function lay(name: string, day: number, bytes: number, from: object = source): Promise<void> {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'full_database_backup.dump'), 'x'.repeat(bytes))
  await writeFile(join(folder, name, 'baseline.json'), '{}')
  await sealSet(join(folder, name), { name, createdAt: `2026-11-0${day}T00:00:00Z`, source: from })
}

const table = (name: string, rows: number) => ({ schema: 'public', name, rows })
const compare = async (now: readonly (readonly [string, number])[], bytes: number, before = [['a', 10]] as const) =>
  compareEarlier(folder, { source, bytes, counted: now.map(([name, rows]) => table(name, rows)) }, async () =>
    before.map(([name, rows]) => table(name, rows)),
  )

describe('a set beside an earlier one of the same source', () => {
  it.each([
    ['half of its rows is enough', 5, []],
    ['less than half is said', 4, ['less than half of what old has: public.a has 4 rows (10 before)']],
    ['none is said', 0, ['less than half of what old has: public.a is empty (10 before)']],
  ])('%s', async (_, rows, lines) => {
    await lay('old', 1, 100)
    expect(await compare([['a', rows]], 100)).toEqual(lines)
  })

  it('names a table that is gone, and a dump under half the size', async () => {
    await lay('old', 1, 2_000)
    expect(await compare([['b', 1]], 1_000)).toEqual(['less than half of what old has: public.a is gone (10 before)'])
    expect(await compare([['a', 10]], 999)).toEqual(['the dump has 999 B, that of old had 2.0 kB'])
  })

  it('is held against the newest, and never against another database or server', async () => {
    expect(await compare([], 0)).toEqual([])
    await lay('small', 2, 100)
    await lay('large', 1, 5_000)
    await lay('other', 3, 9_000, { ...source, database: 'blog' })
    await lay('elsewhere', 4, 9_000, { ...source, systemIdentifierHash: 'b'.repeat(64) })
    expect(await compare([['a', 10]], 60)).toEqual([])
    expect(await compare([['a', 10]], 40)).toEqual([expect.stringContaining('that of small')])
  })

  it('is held against nothing where the folder cannot be read, and that is said', async () => {
    const lines = await compareEarlier(join(folder, 'gone'), { source, bytes: 1, counted: [] }, async () => [])
    expect(lines).toEqual([expect.stringContaining('is not known')])
  })

  it('is held against the size alone where the baseline cannot be read', async () => {
    await lay('old', 1, 2_000)
    expect(await compareEarlier(folder, { source, bytes: 1, counted: [] }, async () => null)).toHaveLength(1)
  })
})

/** The newest last. */
async function history(rows: readonly number[], now: number): Promise<readonly string[]> {
  const byName = new Map(rows.map((count, index) => [`set${index + 1}`, count]))
  for (const [index, name] of [...byName.keys()].entries()) await lay(name, index + 1, 1_000)
  const read = async ({ name }: { readonly name: string }) => [table('a', byName.get(name) ?? 0)]
  return compareEarlier(folder, { source, bytes: 1_000, counted: [table('a', now)] }, read)
}

describe('a set beside the last five', () => {
  it.each<[string, readonly number[], number, readonly string[]]>([
    [
      'one bad set does not become the norm',
      [100, 100, 100, 10],
      10,
      ['usual in the last 4 sets: public.a has 10 rows (100 usually)'],
    ],
    ['nor does an empty one', [100, 100, 0], 0, ['usual in the last 3 sets: public.a is empty (100 usually)']],
    ['one good set after a bad one is nothing to say', [100, 100, 10], 100, []],
    ['one that was too large is not the norm either', [100, 100, 100, 900, 100], 100, []],
    ['what was meant is said until it is usual', [100, 100, 10, 10, 10], 10, []],
    [
      'a slow loss is said when it is half of the first',
      [100, 80, 65, 55],
      45,
      ['fewer with each of the last 4 sets: public.a has 45 rows (100 at first)'],
    ],
    ['not when it stood still meanwhile', [100, 80, 80, 55], 45, []],
    ['not before that', [100, 80, 65], 55, []],
    ['the sixth is forgotten', [900, 100, 100, 100, 100, 100], 100, []],
  ])('%s', async (_, past, now, lines) => {
    expect(await history(past, now)).toEqual(lines.map((line) => expect.stringContaining(line)))
  })

  it('passes over one that is not whole', async () => {
    await lay('whole', 1, 1_000)
    await lay('cut', 2, 10)
    await rm(join(folder, 'cut', 'full_database_backup.dump'))
    expect(await compare([['a', 1]], 1_000)).toEqual([expect.stringContaining('what whole has')])
  })

  it('knows the rows of an encrypted set by the key at hand, and leaves nothing of it', async () => {
    const key = await freshKey()
    await mkdir(join(folder, 'set'))
    await writeFile(join(folder, 'plain.json'), '[["a",7]]')
    await encryptFile(join(folder, 'plain.json'), join(folder, 'set', 'baseline.json.age'), [key.recipient])
    await sealSet(join(folder, 'set'), { source })
    const set = await openSet(join(folder, 'set'))
    const readCounts = async (path: string) =>
      (JSON.parse(await readFile(path, 'utf8')) as [string, number][]).map(([name, rows]) => table(name, rows))
    await mkdir(join(folder, 'scratch'))
    const reading = { scratch: join(folder, 'scratch'), identities: key.identities, readCounts }
    expect(await readEarlier(set, reading)).toEqual([table('a', 7)])
    expect(await readEarlier(set, { ...reading, identities: null })).toBeNull()
    expect(await readEarlier(set, { ...reading, identities: (await freshKey()).identities })).toBeNull()
    expect(await readdir(join(folder, 'scratch'))).toEqual([])
  })
})
