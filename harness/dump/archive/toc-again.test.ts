import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ArchiveFile, ReadMeter } from './archive-file.ts'
import { FieldReader } from './field-reader.ts'
import { readHead } from './read-head.ts'
import { readToc } from './read-toc.ts'
import { entriesOf, recorded } from './testing/archive-entries.ts'

let folder = ''
let whole: Buffer
let toc: Buffer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toc-again-'))
  const path = join(recorded, 'notes-17.dump')
  whole = await readFile(path)
  await using file = await ArchiveFile.open(path, new ReadMeter({}))
  const fields = new FieldReader(file, 0)
  const head = await readHead(fields)
  const start = fields.position
  await readToc(fields, head)
  toc = whole.subarray(start, fields.position)
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function followedBy(bytes: Buffer): Promise<Awaited<ReturnType<typeof entriesOf>>> {
  const path = join(folder, 'redirected.dump')
  await writeFile(path, Buffer.concat([whole, bytes]))
  return entriesOf(path)
}

describe('an archive that pg_dump wrote to a redirected standard output', () => {
  it('is whole: its table of contents follows the data once more', async () => {
    expect(await followedBy(toc)).toEqual(await entriesOf(join(recorded, 'notes-17.dump')))
  })

  it.for<readonly [string, () => Buffer]>([
    ['is a byte short', () => toc.subarray(0, -1)],
    ['is a byte longer', () => Buffer.concat([toc, Buffer.alloc(1)])],
    ['comes twice', () => Buffer.concat([toc, toc])],
    ['is zeros', () => Buffer.alloc(toc.length)],
    ['says another name', () => Buffer.from(toc.toString('latin1').replace('notes', 'motes'), 'latin1')],
    ['says another place', () => elsewhere()],
  ])('is damaged where what follows the data %s', async ([, bytes]) => {
    const { problems } = await followedBy(bytes())
    expect(problems.map(({ code }) => code)).toEqual(['E_DUMP_DAMAGED'])
  })
})

/** The place of the first block, which begins where the table of contents ends, is a byte further. */
function elsewhere(): Buffer {
  const place = Buffer.alloc(9)
  place.writeUInt8(2)
  place.writeBigUInt64LE(BigInt(whole.indexOf(toc) + toc.length), 1)
  const at = toc.indexOf(place)
  expect(at).toBeGreaterThan(0)
  const changed = Buffer.from(toc)
  changed.writeUInt8(changed.readUInt8(at + 1) ^ 1, at + 1)
  return changed
}
