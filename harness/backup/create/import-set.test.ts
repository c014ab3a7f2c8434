import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { importSet } from './import-set.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'))
})
afterEach(async () => rm(folder, { recursive: true }))

const seal = async () => {
  const request = { signal: new AbortController().signal, onFile: () => undefined }
  return importSet(folder, request, async () => ({ rows: 0n, tables: [], problems: [] }) as never)
}

async function write(name: string): Promise<void> {
  await mkdir(join(folder, name, '..'), { recursive: true })
  await writeFile(join(folder, name), '-- a dump\n')
}

it('never seals a folder of backups as if it were one', async () => {
  await write('2026-11-20/full.sql')
  await write('2026-11-20/roles.sql')
  await write('2026-11-21/full.sql')
  await expect(seal()).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('2026-11-2') })
  expect((await readdir(folder)).toSorted()).toEqual(['2026-11-20', '2026-11-21'])
})

it('takes a dump in directory format for a part of the one backup', async () => {
  await write('full/toc.dat')
  await write('full/1.dat')
  await write('roles.sql')
  expect((await seal()).files.map(({ name }) => name)).toContain('full/toc.dat')
})
