import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isRoot } from '../core/index.ts'
import { openCache, placeOnce } from './cache.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp('/tmp/rehearsal-cache-')
  await chmod(folder, 0o755)
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

describe('something in the cache', () => {
  test('is built once', async () => {
    let built = 0
    const build = async (path: string): Promise<void> => {
      built += 1
      await writeFile(path, 'whole')
    }
    await placeOnce(join(folder, 'sub', 'it'), build)
    await placeOnce(join(folder, 'sub', 'it'), build)
    expect(built).toBe(1)
  })

  test('is never seen half made, and leaves nothing behind when it fails', async () => {
    const path = join(folder, 'it')
    const failing = placeOnce(path, async (temporary) => {
      await writeFile(temporary, 'half')
      expect(await readdir(folder)).not.toContain('it')
      throw new Error('the disk is full')
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await readdir(folder)).toEqual([])
  })

  test('built by several at once is whole, also as a folder', async () => {
    const path = join(folder, 'it')
    await Promise.all(
      Array.from({ length: 6 }, async (_, builder) =>
        placeOnce(path, async (temporary) => {
          await mkdir(temporary)
          await writeFile(join(temporary, 'a'), String(builder))
          await sleep(5 * builder)
          await writeFile(join(temporary, 'b'), String(builder))
        }),
      ),
    )
    expect(await readFile(join(path, 'a'), 'utf8')).toBe(await readFile(join(path, 'b'), 'utf8'))
    expect(await readdir(folder)).toEqual(['it'])
  })
})

describe('a cache folder', () => {
  test('that others may write to is refused: programs are run from it', async () => {
    await chmod(folder, 0o777)
    await expect(openCache(folder)).rejects.toMatchObject({ code: 'E_ENGINE_START' })
    await chmod(folder, 0o755)
    expect(await openCache(folder)).toBe(folder)
  })

  test.skipIf(!isRoot())('that the server can not reach is refused, with what to do', async () => {
    await chmod(folder, 0o700)
    await expect(openCache(join(folder, 'cache'))).rejects.toMatchObject({
      hint: expect.stringContaining('REHEARSAL_CACHE'),
    })
  })
})
