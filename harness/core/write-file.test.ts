import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFileWhole } from './write-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-'))
})

afterAll(() => rm(folder, { recursive: true }))

it('writes a private file whole, and leaves nothing else', async () => {
  await writeFileWhole(join(folder, 'a'), 'one')
  await writeFileWhole(join(folder, 'a'), 'two')
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('two')
  expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['a'])
})

it('writes piece by piece, and nothing when a piece is not to be had', async () => {
  await writeFileWhole(join(folder, 'pieces'), ['one\n', '', 'zwei ü\n'])
  expect(await readFile(join(folder, 'pieces'), 'utf8')).toBe('one\nzwei ü\n')
  function* broken(): Generator<string> {
    yield 'three\n'
    throw new Error('no more')
  }
  await expect(writeFileWhole(join(folder, 'pieces'), broken())).rejects.toMatchObject({ code: 'E_EVIDENCE_WRITE' })
  expect(await readFile(join(folder, 'pieces'), 'utf8')).toBe('one\nzwei ü\n')
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

it('leaves the old file as it was when the new one can not be written', async () => {
  await writeFileWhole(join(folder, 'b'), 'old')
  const tooMuch = {
    get length(): number {
      throw new Error('no')
    },
  } as unknown as Uint8Array
  await expect(writeFileWhole(join(folder, 'b'), tooMuch)).rejects.toMatchObject({ code: 'E_EVIDENCE_WRITE' })
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('old')
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

it('says which path can not be written', async () => {
  await expect(writeFileWhole(join(folder, 'missing/c'), 'x')).rejects.toThrow(/missing\/c/)
})
