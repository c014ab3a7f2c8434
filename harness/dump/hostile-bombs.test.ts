import { cp, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../core/index.ts'
import { recorded } from './archive/testing/archive-entries.ts'
import { xxHash32 } from './archive/xxhash32.ts'
import { inspectDump } from './inspect-dump.ts'
import type { DumpSummary } from './types.ts'

const mebibyte = 1024 ** 2
/** More than a reader holds of any dump but one of a single long statement, and what earlier tests left uncollected. */
const mostMemory = 300 * mebibyte

const head = `--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

`
const foot = `
--
-- PostgreSQL database dump complete
--

`
const begin = Buffer.from(`${head}CREATE TABLE public.t (x text);\n\nCOPY public.t (x) FROM stdin;\n`)
/** Rows that compress to nothing; and one row, for gzip does so only with the same letter. */
const rows = Buffer.alloc(64 * mebibyte, `${'x'.repeat(63)}\n`)
const row = Buffer.alloc(64 * mebibyte, 'x')
/** Ten gibibytes: what a disk of a small machine has left. gzip can't be caught before its end, so less of it is made. */
const repeats = { gz: 20, zst: 160 } as const

/** An LZ4 frame of as many bytes, all of them the first: a letter, and 4 MB copied from the byte before, in every block. */
function frameOf(bytes: Buffer): Buffer {
  const letter = bytes.subarray(0, 1)
  const block = Buffer.concat([
    Buffer.from([0x1f]),
    letter,
    Buffer.from([1, 0]),
    Buffer.alloc(16_000, 0xff),
    Buffer.from([0, 0x50]),
    Buffer.alloc(5, letter),
  ])
  const options = Buffer.from([0x60, 0x70])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  const blocks = Array.from({ length: 16 }, () => [size, block]).flat()
  const check = Buffer.from([(xxHash32(options) >>> 8) & 0xff])
  return Buffer.concat([Buffer.from('04224d18', 'hex'), options, check, ...blocks, Buffer.alloc(4)])
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-bombs-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** A dump in pieces, each given so many times. */
async function write(name: string, ...pieces: readonly (readonly [bytes: Buffer, times: number])[]): Promise<string> {
  const path = join(folder, name)
  const file = await open(path, 'w')
  try {
    for (const [bytes, times] of pieces) for (let left = times; left > 0; left -= 1) await file.write(bytes)
  } finally {
    await file.close()
  }
  return path
}

/** The summary, or the fault's code; and how much memory reading took, beyond what was there before. */
async function read(
  path: string,
): Promise<{ readonly said: string; readonly summary: DumpSummary | null; readonly grew: number }> {
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  try {
    const summary = await inspectDump(path)
    return { said: summary.problems.map(({ code }) => code).join(' '), summary, grew: peak - before }
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.kind === 'defect') throw thrown
    return { said: thrown.code, summary: null, grew: peak - before }
  } finally {
    clearInterval(watch)
  }
}

describe('gibibytes in a small file', () => {
  const zip = (bytes: Buffer): Buffer => gzipSync(bytes, { level: 9 })
  const press = (bytes: Buffer): Buffer =>
    zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } })

  it.each<['gz' | 'zst', (bytes: Buffer) => Buffer, Buffer]>([
    ['gz', zip, row],
    ['zst', press, rows],
  ])('are not unpacked to their end: %s', async (ending, pack, filler) => {
    const path = await write(`bomb.sql.${ending}`, [pack(begin), 1], [pack(filler), repeats[ending]])
    const { said, summary, grew } = await read(path)
    expect(said).toBe('E_DUMP_BOMB')
    expect(summary?.plainBytes).toBeLessThan(2 * 1024 * mebibyte)
    expect(grew).toBeLessThan(mostMemory)
  })

  it.each<['gz' | 'zst', (bytes: Buffer) => Buffer, Buffer]>([
    ['gz', zip, row],
    ['zst', press, rows],
  ])("are not unpacked to their end as an archive's rows: %s", async (ending, pack, filler) => {
    const path = join(folder, `folder-${ending}`)
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    await rm(join(path, '3295.dat.gz'))
    await write(`folder-${ending}/3295.dat.${ending}`, [pack(filler), repeats[ending]])
    const { said, grew } = await read(path)
    expect(said).toBe('E_DUMP_BOMB')
    expect(grew).toBeLessThan(mostMemory)
  })

  it('take no memory as lz4, which makes no more than 255 bytes of one', async () => {
    const path = join(folder, 'folder-lz4')
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    await rm(join(path, '3295.dat.gz'))
    await write('folder-lz4/3295.dat.lz4', [frameOf(row), 8])
    const { said, grew } = await read(path)
    // All of it is one line.
    expect(said).toBe('E_DUMP_TRUNCATED')
    expect(grew).toBeLessThan(mostMemory)
  })

  it.each(['gz', 'zst'])('are refused by name when packed twice: %s', async (ending) => {
    const inner = gzipSync(Buffer.concat([begin, rows]), { level: 9 })
    const twice = ending === 'gz' ? gzipSync(inner) : zstdCompressSync(inner)
    const { said } = await read(await write(`twice.sql.${ending}`, [twice, 1]))
    expect(said).toMatch(/^E_DUMP_(?:FORMAT_UNSUPPORTED|UNKNOWN_FORMAT|ENCODING)$/)
  })
})

describe('a claim that is larger than the file', () => {
  /** Of a text in the table of contents, and of a piece of rows. */
  it.each([0x3fff_ffff, 0x7fff_ffff])('takes no memory for it: %d bytes', async (claim) => {
    const path = join(folder, 'claim.dump')
    await cp(join(recorded, 'notes-15-piped.dump'), path)
    const file = await open(path, 'r+')
    try {
      const bytes = await file.readFile()
      const at = bytes.indexOf('TABLE DATA') - 4
      const length = Buffer.alloc(4)
      length.writeInt32LE(claim)
      await file.write(length, 0, 4, at)
    } finally {
      await file.close()
    }
    const { said, grew } = await read(path)
    expect(said).toMatch(/^E_DUMP_(?:TRUNCATED|DAMAGED)/)
    expect(grew).toBeLessThan(mostMemory)
  })
})

describe('a dump with a great deal in it', () => {
  it('is read with its 1,600 columns', async () => {
    const columns = Array.from({ length: 1_600 }, (_, index) => `    column_${index} text`).join(',\n')
    const row = Buffer.from(`${Array.from({ length: 1_600 }, () => 'value').join('\t')}\n`)
    const names = Array.from({ length: 1_600 }, (_, index) => `column_${index}`).join(', ')
    const text = `${head}CREATE TABLE public.wide (\n${columns}\n);\n\nCOPY public.wide (${names}) FROM stdin;\n`
    const path = await write('wide.sql', [Buffer.from(text), 1], [row, 2_000], [Buffer.from(`\\.\n${foot}`), 1])
    const { said, summary, grew } = await read(path)
    expect(said).toBe('')
    expect(summary?.tables).toMatchObject([{ name: 'wide', rows: 2_000 }])
    expect(grew).toBeLessThan(mostMemory)
  })

  it('is read with a row of 1 GB, in pieces', async () => {
    const piece = Buffer.alloc(64 * mebibyte, 'x')
    const path = await write('long-row.sql', [begin, 1], [piece, 15], [Buffer.from(`\n\\.\n${foot}`), 1])
    const { said, summary, grew } = await read(path)
    await rm(path)
    expect(said).toBe('')
    expect(summary?.tables).toMatchObject([{ rows: 1 }])
    expect(grew).toBeLessThan(mostMemory)
  })

  it('is read with 100,000 large objects', async () => {
    const objects = Array.from(
      { length: 100_000 },
      (_, index) =>
        `SELECT pg_catalog.lo_create('${index + 1}');\n\nALTER LARGE OBJECT ${index + 1} OWNER TO postgres;\n\n`,
    ).join('')
    const contents = Array.from(
      { length: 100_000 },
      (_, index) =>
        `SELECT pg_catalog.lo_open('${index + 1}', 131072);\nSELECT pg_catalog.lowrite(0, '\\x78');\nSELECT pg_catalog.lo_close(0);\n\n`,
    ).join('')
    const path = await write('objects.sql', [Buffer.from(`${head}${objects}BEGIN;\n\n${contents}COMMIT;\n${foot}`), 1])
    const { said, grew } = await read(path)
    expect(said).toBe('')
    expect(grew).toBeLessThan(mostMemory)
  })

  it.each<[string, string]>([
    ['parentheses', `SELECT ${'('.repeat(1_000_000)}1${')'.repeat(1_000_000)};\n`],
    ['parentheses that never close', `SELECT ${'('.repeat(1_000_000)};\n`],
    ['comments', `${'/* '.repeat(1_000_000)}${' */'.repeat(1_000_000)} SELECT 1;\n`],
    ['dollar quotes', `SELECT ${Array.from({ length: 100_000 }, (_, index) => `$q${index}$`).join(' ')};\n`],
    ['quotes', `SELECT ${"''".repeat(1_000_000)};\n`],
    [
      'views upon views',
      Array.from(
        { length: 10_000 },
        (_, index) => `CREATE VIEW public.v${index + 1} AS SELECT a.x FROM public.v${index} a, public.v${index} b;\n`,
      ).join(''),
    ],
  ])('is read to its end, or to where it can be told, with nested %s', async (_title, text) => {
    const path = join(folder, 'nested.sql')
    await writeFile(path, `${head}${text}${foot}`)
    const startedMs = performance.now()
    const { said, grew } = await read(path)
    expect(said).toMatch(/^(?:|E_DUMP_TRUNCATED|E_DUMP_DAMAGED)$/)
    // In proportion to its size: these are some megabytes.
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    expect(grew).toBeLessThan(mostMemory)
  })
})
