import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rehearse } from './testing/command.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-compiled-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function versionWith(cache: string): Promise<number | null> {
  return (await rehearse(['--version'], { cwd: folder, env: { REHEARSAL_CACHE: cache } })).code
}

test('what was compiled is kept in the cache folder of the user, closed to others', async () => {
  const cache = join(folder, 'cache')
  await mkdir(cache, { mode: 0o755 })
  expect(await versionWith(cache)).toBe(0)
  const [kept = ''] = await readdir(join(cache, 'compiled'))
  expect((await readdir(join(cache, 'compiled', kept))).length).toBeGreaterThan(50)
  expect(await versionWith(cache)).toBe(0)
})

test('nothing is kept, and nothing run, where somebody else could have written', async () => {
  const cache = join(folder, 'cache')
  await mkdir(cache)
  await chmod(cache, 0o777)
  expect(await versionWith(cache)).toBe(0)
  expect(await readdir(cache)).toEqual([])
  await chmod(cache, 0o755)
  await mkdir(join(cache, 'compiled'))
  await chmod(join(cache, 'compiled'), 0o770)
  expect(await versionWith(cache)).toBe(0)
  expect(await readdir(join(cache, 'compiled'))).toEqual([])
})

test('a start makes no cache folder of its own, and does without one', async () => {
  expect(await versionWith(join(folder, 'absent'))).toBe(0)
  expect(await readdir(folder)).not.toContain('absent')
})
