import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findLatestSet, sealSet } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reading-')))
  await chmod(folder, 0o755)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/* Root may read everything: as root, another user asks. */
async function askAsAnother(call: string): Promise<unknown> {
  const door = new URL('./index.ts', import.meta.url).href
  const program = `
    const { findLatestSet, checkFiles, openSet } = await import(${JSON.stringify(door)})
    const path = ${JSON.stringify(folder)}
    const answer = await (async () => ${call})().catch((fault) => ({ code: fault.code, kind: fault.kind }))
    process.stdout.write(JSON.stringify(answer))`
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], nobody)
  return JSON.parse(stdout)
}

describe('what may not be read', () => {
  test('is not the fault of the backup: folder, manifest and dump', async () => {
    const unreadable = { code: 'E_FILE_UNREADABLE', kind: 'environment' }
    await writeFile(join(folder, 'full.sql'), 'x', { mode: 0o644 })
    await sealSet(folder)
    expect(await askAsAnother('findLatestSet(path)')).toEqual(unreadable)
    await chmod(join(folder, 'manifest.json'), 0o644)
    await chmod(join(folder, 'full.sql'), 0)
    expect(await askAsAnother('checkFiles(await openSet(path))')).toEqual(unreadable)
    await chmod(folder, 0)
    expect(await askAsAnother('findLatestSet(path)')).toEqual(unreadable)
    await chmod(folder, 0o755)
  })

  test('leaves open whether it was the latest: said, and not a notice', async () => {
    await mkdir(join(folder, 'a'))
    await writeFile(join(folder, 'a/full.sql'), 'x')
    await mkdir(join(folder, 'b'), { mode: 0 })
    const set = await askAsAnother('findLatestSet(path)')
    expect(set).toMatchObject({ name: 'a', problems: [{ code: 'E_FILE_UNREADABLE', notice: false, object: 'b' }] })
  })

  test('a path below a file is not there', async () => {
    await writeFile(join(folder, 'full.sql'), 'x')
    await expect(findLatestSet(join(folder, 'full.sql/x'))).rejects.toMatchObject({ code: 'E_PATH_NOT_FOUND' })
  })
})
