import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../core/index.ts'
import { inspectDump } from './inspect-dump.ts'
import type { OpenDumpOptions } from './open-dump.ts'

const rows = Array.from({ length: 50_000 }, (_, id) => `${id}\trow ${(id * 7919) % 100_003}\n`).join('')
const dump = Buffer.from(
  `--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\nCREATE TABLE public.t (id int, note text);\n\nCOPY public.t (id, note) FROM stdin;\n${rows}\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n`,
)
const gzip = gzipSync(dump)
const zstd = zstdCompressSync(dump, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
const half = Math.floor(dump.length / 2)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dump-damage-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function inspect(bytes: Buffer | string, options: OpenDumpOptions = {}) {
  const path = join(folder, 'dump')
  await writeFile(path, bytes)
  return inspectDump(path, options)
}

function replaced(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0x40
  return copy
}

describe('a whole file', () => {
  it.each([
    ['plain', 'none', dump],
    ['gzip', 'gzip', gzip],
    ['gzip of two members', 'gzip', Buffer.concat([gzipSync(dump.subarray(0, half)), gzipSync(dump.subarray(half))])],
    ['zstd', 'zstd', zstd],
    [
      'zstd of two frames',
      'zstd',
      Buffer.concat([zstdCompressSync(dump.subarray(0, half)), zstdCompressSync(dump.subarray(half))]),
    ],
    [
      'zstd that opens with a skippable frame',
      'zstd',
      Buffer.concat([Buffer.from('502a4d180400000001020304', 'hex'), zstd]),
    ],
  ])('is read as %s', async (_name, compression, bytes) => {
    const summary = await inspect(bytes)
    expect(summary).toMatchObject({ compression, completeness: 'complete', problems: [], plainBytes: dump.length })
    expect(summary.tables).toEqual([
      { schema: 'public', name: 't', rows: 50_000, bytes: rows.length, defined: true, hasData: true },
    ])
    expect(summary.holds).toEqual({ schema: true, data: true, roles: false })
  })
})

describe('a damaged file', () => {
  it.each([
    ['0 bytes', '', 'E_DUMP_EMPTY'],
    ['a gzip of nothing', gzipSync(''), 'E_DUMP_EMPTY'],
    ['white space', ' \n\n', 'E_DUMP_EMPTY'],
    ['comments only', '-- nothing\n', 'E_DUMP_EMPTY'],
    ['an error message', 'pg_dump: error: connection to server failed', 'E_DUMP_UNKNOWN_FORMAT'],
    ['an error page', "<html>it's gone</html>", 'E_DUMP_UNKNOWN_FORMAT'],
    ['JSON', '{"message":"not found"}', 'E_DUMP_UNKNOWN_FORMAT'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'E_DUMP_UNKNOWN_FORMAT'],
    ['a SQLite database', 'SQLite format 3\0', 'E_DUMP_UNKNOWN_FORMAT'],
    [
      'UTF-16 with its mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(dump.toString(), 'utf16le')]),
      'E_DUMP_ENCODING',
    ],
    ['UTF-16 without', Buffer.from(dump.toString(), 'utf16le'), 'E_DUMP_ENCODING'],
    ['big-endian UTF-16', Buffer.from(dump.toString(), 'utf16le').swap16(), 'E_DUMP_ENCODING'],
    ['a NUL among the rows', replaced(Buffer.from(dump).fill(0, half, half + 1), dump.length - 1), 'E_DUMP_ENCODING'],
    ['half a plain dump', dump.subarray(0, half), 'E_DUMP_TRUNCATED'],
    ['half a gzip', gzip.subarray(0, gzip.length / 2), 'E_DUMP_TRUNCATED'],
    ['a gzip short of its trailer', gzip.subarray(0, -2), 'E_DUMP_TRUNCATED'],
    ['a second gzip member cut in its header', Buffer.concat([gzip, gzip.subarray(0, 5)]), 'E_DUMP_TRUNCATED'],
    ['half a zstd', zstd.subarray(0, zstd.length / 2), 'E_DUMP_TRUNCATED'],
    ['a second zstd frame cut short', Buffer.concat([zstd, zstd.subarray(0, 200)]), 'E_DUMP_TRUNCATED'],
    ['a gzip with a wrong checksum', replaced(gzip, gzip.length - 6), 'E_DUMP_DAMAGED'],
    ['a zstd with a wrong checksum', replaced(zstd, zstd.length - 2), 'E_DUMP_DAMAGED'],
    ['something after a gzip', Buffer.concat([gzip, Buffer.from('something')]), 'E_DUMP_DAMAGED'],
    ['something after a zstd', Buffer.concat([zstd, Buffer.from('something')]), 'E_DUMP_DAMAGED'],
  ])('is told: %s', async (_name, bytes, code) => {
    const { problems, completeness } = await inspect(bytes)
    expect(problems).toEqual([expect.objectContaining({ code, fatal: true })])
    expect(completeness).toBe('truncated')
  })

  it('names the table and the rows where a compressed file was cut', async () => {
    const { problems, tables } = await inspect(gzip.subarray(0, gzip.length / 2))
    expect(problems[0]).toMatchObject({ object: 'public.t' })
    expect(problems[0]?.message).toMatch(/\d+ rows of public\.t/)
    expect(tables[0]?.rows).toBeGreaterThan(10_000)
    expect(problems[0]?.line).toBe((tables[0]?.rows ?? 0) + 10)
  })

  it('is told when its lines end in CR LF, and read on', async () => {
    const { problems, tables, completeness } = await inspect(dump.toString().replaceAll('\n', '\r\n'))
    expect(problems).toEqual([expect.objectContaining({ code: 'E_DUMP_ENCODING', fatal: false, line: 1 })])
    expect(tables[0]?.rows).toBe(50_000)
    expect(completeness).toBe('complete')
  })

  it('is not told for a function written on Windows', async () => {
    const written = "CREATE FUNCTION f() RETURNS text AS $$\r\nSELECT '\r\n'\r\n$$ LANGUAGE sql;\n\nCOPY"
    const text = dump.toString().replace('COPY', () => written)
    expect((await inspect(text)).problems).toEqual([])
  })

  it('is told of a byte order mark, and read on', async () => {
    const { problems, completeness } = await inspect(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), dump]))
    expect(problems).toEqual([expect.objectContaining({ code: 'E_DUMP_ENCODING', fatal: false })])
    expect(completeness).toBe('complete')
  })
})

describe('limits', () => {
  it('stop a file that unpacks to too much for its size', async () => {
    const limits = { ratioFromBytes: 1_000_000, ratio: 3 }
    expect(
      (await inspect(zstdCompressSync(Buffer.concat([dump, Buffer.alloc(5_000_000, '\n')])), { limits })).problems,
    ).toEqual([expect.objectContaining({ code: 'E_DUMP_BOMB', fatal: true })])
    expect((await inspect(gzip, { limits: { ...limits, ratio: 1_000 } })).problems).toEqual([])
  })

  it('stop a statement that never ends', async () => {
    const { problems } = await inspect(`SELECT '${'x'.repeat(2_000_000)}`, { limits: { statementBytes: 1_000_000 } })
    expect(problems).toEqual([expect.objectContaining({ code: 'E_DUMP_STATEMENT_TOO_LONG', fatal: true })])
  })
})

describe('what is not plain SQL', () => {
  it.each([
    ['version 1.13', Buffer.from('PGDMP\u0001\u000d\u0000')],
    ['version 1.17', Buffer.from('PGDMP\u0001\u0011\u0000')],
    ['version 2.0', Buffer.from('PGDMP\u0002\u0000\u0000')],
    ['custom-format', gzipSync('PGDMP\u0001\u000e')],
    ['lz4', Buffer.from('04224d18', 'hex')],
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['encrypted', Buffer.from('age-encryption.org/v1\n')],
    ['compressed once more', gzipSync(gzip)],
    ['tar', gzipSync(Buffer.concat([Buffer.from('toc.dat'), Buffer.alloc(250), Buffer.from('ustar\u000000')]))],
  ])('is refused by name: %s', async (name, bytes) => {
    const fault = await inspect(bytes).catch((thrown: unknown) => thrown)
    expect(fault).toBeInstanceOf(Fault)
    expect(fault).toMatchObject({ code: 'E_DUMP_FORMAT_UNSUPPORTED', message: expect.stringContaining(name) })
  })

  it('is refused in an encoding whose letters hold quotes', async () => {
    await expect(inspect("SET client_encoding = 'SJIS';\n")).rejects.toMatchObject({
      code: 'E_DUMP_FORMAT_UNSUPPORTED',
    })
    expect((await inspect("SET client_encoding = 'LATIN1';\n")).encoding).toBe('LATIN1')
  })
})

describe('a reading that is stopped', () => {
  it('throws E_INTERRUPTED when its signal is', async () => {
    const path = join(folder, 'dump')
    await writeFile(path, dump)
    await expect(inspectDump(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
  })

  it('throws E_PATH_NOT_FOUND where there is nothing', async () => {
    await expect(inspectDump(join(folder, 'none'))).rejects.toMatchObject({ code: 'E_PATH_NOT_FOUND' })
  })

  it('counts the bytes of the file on its way', async () => {
    const path = join(folder, 'dump')
    await writeFile(path, gzip)
    let seen = 0
    await inspectDump(path, { onBytes: (bytes) => (seen = bytes) })
    expect(seen).toBe(gzip.length)
    await truncate(path)
  })
})
