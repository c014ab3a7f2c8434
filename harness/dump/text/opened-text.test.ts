import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlineDump } from '../outline-dump.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opened-text-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function written(text: string): Promise<string> {
  const path = join(folder, 'dump.sql')
  await writeFile(path, text)
  return path
}

describe('the text of a dump that was outlined', () => {
  it.each([1, 3, 100, 131_071, 131_072, 131_073, 400_000])('gives any %i bytes of the text', async (length) => {
    const text = Array.from({ length: 30_000 }, (_, row) => `${row}\trow ${row}\n`).join('')
    const dump = `COPY t FROM stdin;\n${text}\\.\n`
    const { openText } = await outlineDump(await written(dump))
    await using opened = await openText({})
    const starts = [0, 1, 19, 131_071, 131_072, dump.length - length].filter((from) => from + length <= dump.length)
    const parts = starts.map(async (from) => {
      const chunks = await Array.fromAsync(opened.bytes({ from, to: from + length }), (chunk) => Buffer.from(chunk))
      return Buffer.concat(chunks).toString()
    })
    expect(await Promise.all(parts)).toEqual(starts.map((from) => dump.slice(from, from + length)))
  })
})
