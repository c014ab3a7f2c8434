import { appendFile, cp, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recorded } from '../archive/testing/archive-entries.ts'
import { outlineDump } from '../outline-dump.ts'
import type { TextRange } from '../outline.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'changed-text-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function written(text: string, name = 'dump.sql'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('a dump that changes after it was read', () => {
  const dump = 'SELECT 1;\nCOPY t FROM stdin;\n1\n2\n\\.\n'

  it.each<readonly [string, (path: string) => Promise<void>]>([
    ['longer', (path) => appendFile(path, '\n')],
    ['replaced', async (path) => rename(await written(dump, 'other.sql'), path)],
    ['touched', (path) => utimes(path, new Date(), new Date(Date.now() + 5))],
    ['gone', (path) => rm(path)],
  ])('is refused: %s', async (_, change) => {
    const path = await written(dump)
    const { openText } = await outlineDump(path)
    await using text = await openText({})
    await change(path)
    await expect(text.requireUnchanged()).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    await expect(openText({})).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
  })

  it.each(['notes-17.dump', 'notes-17.tar', 'notes-17-folder'])(
    'is refused where it is an archive: %s',
    async (name) => {
      const path = join(folder, `changed-${name}`)
      await cp(join(recorded, name), path, { recursive: true, preserveTimestamps: true })
      const { openText } = await outlineDump(path)
      await using text = await openText({})
      await text.requireUnchanged()
      const file = name.endsWith('folder') ? join(path, '3296.dat.gz') : path
      await appendFile(file, '\n')
      await expect(text.requireUnchanged()).rejects.toMatchObject({ code: 'E_DUMP_CHANGED', hint: expect.any(String) })
      await expect(openText({})).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    },
  )

  it('is refused where a part of its folder is other data, or gone', async () => {
    const path = join(folder, 'parts')
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    const { outline, openText } = await outlineDump(path)
    await using text = await openText({})
    const copies = (outline ?? []).filter((entry) => entry.kind === 'copy' && entry.rows > 0)
    const [first, second] = copies
    if (first?.kind !== 'copy' || second?.kind !== 'copy') throw new Error('no rows')
    await rename(join(path, '3295.dat.gz'), join(path, '3296.dat.gz'))
    const read = ({ data }: { readonly data: TextRange }) =>
      Array.fromAsync(text.bytes(data), (chunk) => Buffer.from(chunk))
    const outcomes = await Promise.allSettled([read(first), read(second)])
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toContain('E_DUMP_CHANGED')
  })

  it('is told when what is left is too short, or no INSERT any more', async () => {
    const path = await written('INSERT INTO t VALUES (1);\n'.repeat(3))
    const { outline, openText } = await outlineDump(path)
    await using text = await openText({})
    const [run] = outline ?? []
    if (run?.kind !== 'inserts') throw new Error('no INSERTs')
    await writeFile(path, 'INSERT INTO t VALUES (1);\n')
    await expect(Array.fromAsync(text.entries(run))).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    await writeFile(path, 'COPY t FROM stdin;\n'.repeat(10))
    await expect(Array.fromAsync(text.entries(run))).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
  })

  it('is no longer read once the caller gives up or closes it', async () => {
    const path = await written(`COPY t FROM stdin;\n${'row\n'.repeat(200_000)}\\.\n`)
    const { openText } = await outlineDump(path)
    const abort = new AbortController()
    const text = await openText({ signal: abort.signal })
    const range = { from: 20, to: 700_000 }
    const reading = text.bytes(range)[Symbol.asyncIterator]()
    await reading.next()
    abort.abort()
    await expect(reading.next()).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    await text[Symbol.asyncDispose]()
    await expect(Array.fromAsync(text.bytes(range), (chunk) => Buffer.from(chunk))).rejects.toMatchObject({
      code: 'E_INTERRUPTED',
    })
  })
})
