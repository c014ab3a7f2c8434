import { chmod, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeTree } from './remove-tree.ts'

test('a folder without permissions goes, and what a link points at stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'remove-tree-'))
  const outside = `${folder}.outside`
  await writeFile(outside, 'mine')
  await mkdir(join(folder, 'closed', 'inner'), { recursive: true })
  await symlink(outside, join(folder, 'closed', 'inner', 'link'))
  await chmod(join(folder, 'closed', 'inner'), 0)
  await chmod(join(folder, 'closed'), 0)
  await removeTree(folder)
  expect(existsSync(folder)).toBe(false)
  expect(await readFile(outside, 'utf8')).toBe('mine')
  await removeTree(outside)
})

test('removing what is not there is no error', async () => {
  await removeTree(join(tmpdir(), 'remove-tree-that-never-was'))
})
