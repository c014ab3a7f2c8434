import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { sealSet, surveySets } from '../index.ts'
import { FolderStore } from './folder-store.ts'
import { outlineStore } from './outline-store.ts'

let folder: string
const at = (path: string): string => join(folder, path)
const nothing = { entries: [], unread: 0 }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outline-'))
  for (const name of ['one', 'two']) {
    await mkdir(at(`place/${name}`), { recursive: true })
    await writeFile(at(`place/${name}/full.sql`), `-- ${name}\n`.repeat(1000))
    await sealSet(at(`place/${name}`), { createdAt: '2026-11-01T00:00:00Z', label: 'archive' })
  }
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function survey(path: string) {
  const { sets } = await surveySets(path, nothing, fixedClock(new Date('2026-11-22T00:00:00Z')))
  return sets.map(({ name, digest, bytes, label, problem }) => ({ name, digest, bytes, label, problem }))
}
async function outlined() {
  await rm(at('outline'), { recursive: true, force: true })
  await mkdir(at('outline'))
  await outlineStore(new FolderStore(at('place')), at('outline'), { signal: new AbortController().signal })
  return survey(at('outline'))
}

test('an outline is surveyed as the place itself would be, and holds no dump', async () => {
  const sets = await outlined()
  expect(sets).toEqual(await survey(at('place')))
  expect(sets.map(({ problem }) => problem)).toEqual([null, null])
  expect((await stat(at('outline/one/full.sql'))).blocks).toBe(0)
})

test('what is cut or missing there is cut or missing here; a set without its manifest is none', async () => {
  await truncate(at('place/one/full.sql'), 10)
  await rm(at('place/two/full.sql'))
  const problems = (await outlined()).map(({ problem }) => problem)
  expect(problems).toEqual([expect.stringMatching(/full\.sql/), expect.stringMatching(/full\.sql/)])
  await rm(at('place/two/manifest.json'))
  await truncate(at('place/one/manifest.json'), 10)
  expect(await outlined()).toMatchObject([{ name: 'one', problem: expect.stringContaining('manifest.json') }])
})
