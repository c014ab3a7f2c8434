import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealSet } from '../index.ts'
import { compareEarlier } from './compare-earlier.ts'

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
    const unreadable = async () => Promise.reject(new TypeError('not JSON'))
    expect(await compareEarlier(folder, { source, bytes: 1, counted: [] }, unreadable)).toHaveLength(1)
  })
})
