import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { inspectDump } from '../inspect-dump.ts'
import { recorded } from './testing/archive-entries.ts'

let root = ''
let path = ''
beforeEach(async () => {
  if (root === '') root = await mkdtemp(join(tmpdir(), 'archive-mutants-'))
  path = join(root, 'archive')
  await rm(path, { recursive: true, force: true })
})
afterAll(async () => rm(root, { recursive: true, force: true }))

/** The problems of a recorded archive after a change, as `code: message`. */
async function problemsOf(name: string, change: (bytes: Buffer) => Buffer, file = ''): Promise<readonly string[]> {
  await cp(join(recorded, name), path, { recursive: true })
  const target = join(path, file)
  await writeFile(target, change(await readFile(target)))
  return found()
}

async function found(): Promise<readonly string[]> {
  const { problems, completeness } = await inspectDump(path)
  expect(completeness).toBe(problems.length === 0 ? 'complete' : 'truncated')
  return problems.map(({ code, message, object }) => `${code}: ${message} [${object ?? ''}]`)
}

/** An int as archives hold it. */
function int(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeInt32LE(value, 1)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int(value.length), Buffer.from(value)])
}

function replace(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from)
  expect(at).toBeGreaterThan(0)
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
}

/** The head of the block of `notes`' rows. */
const rowsOf15 = Buffer.concat([Buffer.from([1]), int(3281)])

describe('a custom archive', () => {
  it.each<[string, string, (bytes: Buffer) => Buffer, RegExp]>([
    ['nothing changed', 'notes-15.dump', (bytes) => bytes, /^$/],
    [
      'bytes after its end',
      'notes-15.dump',
      (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
      /DAMAGED.*1 bytes follow/,
    ],
    [
      'a block more',
      'notes-15-piped.dump',
      (bytes) => Buffer.concat([bytes, rowsOf15, int(0)]),
      /DAMAGED.*\d+ bytes follow/,
    ],
    [
      'a block of no entry',
      'notes-15-piped.dump',
      (bytes) => replace(bytes, rowsOf15, Buffer.concat([Buffer.from([1]), int(9)])),
      /DAMAGED.*belongs to no entry/,
    ],
    [
      'a block of another entry',
      'notes-15.dump',
      (bytes) => replace(bytes, rowsOf15, Buffer.concat([Buffer.from([1]), int(3282)])),
      /DAMAGED.*other data begins.*\[public\.notes\]/,
    ],
    ['a piece longer than the file', 'notes-15.dump', (bytes) => longerPiece(bytes), /TRUNCATED.*\[public\.notes\]/],
    [
      'rows without their closing line',
      'notes-15-piped.dump',
      (bytes) => replace(bytes, Buffer.from('\\.\n\n\n'), Buffer.from('\\,\n\n\n')),
      /TRUNCATED.*lack their closing line.*\[public\.notes\]/,
    ],
    [
      'SQL after the rows',
      'notes-15-piped.dump',
      (bytes) =>
        replace(
          bytes,
          Buffer.concat([int(5), Buffer.from('\\.\n\n\n')]),
          Buffer.concat([int(12), Buffer.from('\\.\nSELECT 1;\n').subarray(0, 12)]),
        ),
      /DAMAGED.*something follows the rows/,
    ],
    [
      'a text longer than the file',
      'notes-15.dump',
      (bytes) => replace(bytes, text('TABLE DATA'), Buffer.concat([int(0x7fffffff), Buffer.from('TABLE DATA')])),
      /TRUNCATED.*2147483647 bytes/,
    ],
    [
      'a text of negative length',
      'notes-15.dump',
      (bytes) =>
        replace(bytes, text('TABLE DATA'), Buffer.concat([Buffer.from([1, 9, 0, 0, 0]), Buffer.from('TABLE DATA')])),
      /DAMAGED.*text of -9 bytes/,
    ],
    [
      'an entry twice',
      'notes-15.dump',
      (bytes) => replace(bytes, int(3282), int(3281)),
      /DAMAGED.*two entries are numbered 3281/,
    ],
    [
      'an entry that depends on itself',
      'notes-15.dump',
      (bytes) => dependingOnItself(bytes),
      /DAMAGED.*depends on itself/,
    ],
    [
      'no search path',
      'notes-15.dump',
      (bytes) =>
        replace(
          bytes,
          Buffer.concat([text('SEARCHPATH'), text('SEARCHPATH')]),
          Buffer.concat([text('SEARCHPATH'), text('SEARCHPATI')]),
        ),
      /DAMAGED.*SEARCHPATH/,
    ],
    [
      'a COPY from a program',
      'notes-15.dump',
      (bytes) =>
        replace(
          bytes,
          Buffer.from('COPY public.notes (id, body) FROM stdin;\n'),
          Buffer.from("COPY public.notes FROM PROGRAM 'abcdef';\n"),
        ),
      /DAMAGED.*no COPY that takes them/,
    ],
    [
      'a psql command in a definition',
      'notes-15.dump',
      (bytes) => replace(bytes, Buffer.from('CREATE VIEW public.first'), Buffer.from('\\! echo CREATE VIEW .abc')),
      /HOSTILE.*psql command/,
    ],
    [
      'an offset into the table of contents',
      'notes-15.dump',
      (bytes) => movedOffset(bytes, 100),
      /DAMAGED.*within the table of contents/,
    ],
    [
      'an offset beyond the end',
      'notes-15.dump',
      (bytes) => movedOffset(bytes, 2 ** 40),
      /TRUNCATED.*is missing.*\[public\.notes\]/,
    ],
  ])('is told with %s', async (_title, name, change, expected) => {
    expect((await problemsOf(name, change)).join('\n')).toMatch(expected)
  })
})

function longerPiece(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32LE(0x7ffffff0, copy.indexOf(rowsOf15) + rowsOf15.length + 1)
  return copy
}

function dependingOnItself(bytes: Buffer): Buffer {
  const owned = Buffer.concat([text('postgres'), text('false')])
  const at = bytes.indexOf(owned, bytes.indexOf('COPY public.notes')) + owned.length
  const length = 5 + bytes.readUInt32LE(at + 1)
  return Buffer.concat([bytes.subarray(0, at), text('3281'), bytes.subarray(at + length)])
}

function movedOffset(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes)
  const place = Buffer.alloc(9)
  place.writeUInt8(2)
  place.writeBigUInt64LE(BigInt(copy.indexOf(rowsOf15)), 1)
  copy.writeBigUInt64LE(BigInt(offset), copy.indexOf(place) + 1)
  return copy
}

describe('a directory archive', () => {
  it('lacks a file', async () => {
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    await rm(join(path, '3295.dat.gz'))
    expect((await found()).join()).toMatch(/TRUNCATED.*3295\.dat.*is missing.*\[public\.notes\]/)
  })

  it('has a file too many', async () => {
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    await writeFile(join(path, '1.dat.gz'), '')
    await writeFile(join(path, 'README'), 'not looked at')
    expect((await found()).join()).toMatch(/DAMAGED.*1\.dat\.gz belongs to no entry/)
  })

  it('has a link in the place of a file', async () => {
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    await rename(join(path, '3295.dat.gz'), join(root, 'elsewhere'))
    await symlink(join(root, 'elsewhere'), join(path, '3295.dat.gz'))
    expect((await found()).join()).toMatch(/HOSTILE.*a link in the place of 3295\.dat\.gz/)
  })

  it.each<[string, string, (bytes: Buffer) => Buffer, RegExp]>([
    [
      'names a file outside in its table of contents',
      'toc.dat',
      (bytes) => replace(bytes, text('3295.dat'), text('../a.dat')),
      /HOSTILE.*file of its own making/,
    ],
    [
      'names a file outside among its large objects',
      'blobs_3300.toc',
      () => Buffer.from('4711 ../../../etc/passwd\n'),
      /HOSTILE.*file of its own making/,
    ],
    [
      'has bytes after its table of contents',
      'toc.dat',
      (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
      /DAMAGED.*1 bytes follow/,
    ],
    [
      'has rows that end early',
      '3295.dat.gz',
      (bytes) => bytes.subarray(0, 500),
      /TRUNCATED.*compressed data.*\[public\.notes\]/,
    ],
    [
      'has a custom archive for a table of contents',
      'toc.dat',
      () => Buffer.from('PGDMP\u0001\u000e\u0000\u0004\u0008\u0001'),
      /TRUNCATED/,
    ],
  ])('%s', async (_title, file, change, expected) => {
    expect((await problemsOf('notes-17-folder', change, file)).join()).toMatch(expected)
  })
})

/** A tar header changed, its checksum made right. */
function header(bytes: Buffer, change: (block: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  const block = copy.subarray(copy.indexOf(`3281.dat${'\0'.repeat(20)}`))
  change(block)
  const sum = block.subarray(0, 512).reduce((total, code, at) => total + (at >= 148 && at < 156 ? 0x20 : code), 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return copy
}

describe('a tar archive', () => {
  it.each<[string, (block: Buffer) => void, RegExp]>([
    ['nothing', () => undefined, /^$/],
    ['a name that climbs', (block) => block.write('../b.dat'), /HOSTILE.*leads out/],
    ['an absolute name', (block) => block.write('/etc/abc'), /HOSTILE.*leads out/],
    ['a foreign name', (block) => block.write('foreign1'), /HOSTILE.*foreign name/],
    ['a hard link', (block) => block.write('1', 156), /HOSTILE.*kind "1"/],
    ['a symbolic link', (block) => block.write('2', 156), /HOSTILE.*kind "2"/],
    ['a device', (block) => block.write('3', 156), /HOSTILE.*kind "3"/],
    ['a PAX header', (block) => block.write('x', 156), /HOSTILE.*kind "x"/],
    ['a negative size', (block) => block.fill(0xff, 124, 136), /HOSTILE.*negative size/],
    ['a size beyond the file', (block) => block.write('77777777777', 124), /TRUNCATED.*inside its file 3281\.dat/],
    ['a file twice', (block) => block.write('3282.dat'), /DAMAGED.*3282\.dat twice/],
    ['a file of no entry', (block) => block.write('9999.dat'), /TRUNCATED.*3281\.dat.*is missing.*\[public\.notes\]/],
  ])('is told with %s changed', async (_title, change, expected) => {
    expect((await problemsOf('notes-15.tar', (bytes) => header(bytes, change))).join()).toMatch(expected)
  })

  it('of other files is refused by name', async () => {
    await cp(join(recorded, 'notes-15.tar'), path)
    const bytes = await readFile(path)
    bytes.write('dump.sql')
    const sum = bytes.subarray(0, 512).reduce((total, code, at) => total + (at >= 148 && at < 156 ? 0x20 : code), 0)
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    await writeFile(path, bytes)
    await expect(inspectDump(path)).rejects.toMatchObject({ code: 'E_DUMP_FORMAT_UNSUPPORTED' })
  })
})
