import { execFile } from 'node:child_process'
import { cp, link, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../core/index.ts'
import { recorded } from './archive/testing/archive-entries.ts'
import { inspectDump } from './inspect-dump.ts'

/** What must never be read: it stands outside the archive, and looks like its rows. */
const secret = '7\tthe secret of another\n\\.\n\n\n'

let root = ''
let path = ''
beforeEach(async () => {
  if (root === '') {
    root = await mkdtemp(join(tmpdir(), 'hostile-archives-'))
    await writeFile(join(root, 'outside.dat'), secret)
  }
  path = join(root, 'archive')
  await rm(path, { recursive: true, force: true })
})
afterAll(async () => rm(root, { recursive: true, force: true }))

/** What is said of the archive: `CODE message`. A hostile one is never read to its end. */
async function said(): Promise<string> {
  try {
    const { problems, completeness } = await inspectDump(path)
    expect(completeness).toBe(problems.length === 0 ? 'complete' : 'truncated')
    return problems.map(({ code, message }) => `${code} ${message}`).join('\n')
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.kind === 'defect') throw thrown
    return `${thrown.code} ${thrown.message}`
  }
}

function text(value: string): Buffer {
  const length = Buffer.alloc(5)
  length.writeInt32LE(Buffer.byteLength(value), 1)
  return Buffer.concat([length, Buffer.from(value)])
}

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from)
  expect(at).toBeGreaterThan(0)
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
}

const rows = '3281.dat'
const objects = 'blob_4711.dat'
const outside = (): string => join(root, 'outside.dat')

describe('a directory archive', () => {
  beforeEach(async () => cp(join(recorded, 'notes-15-folder'), path, { recursive: true }))

  it('is whole before anything is changed', async () => {
    expect(await said()).toBe('')
  })

  it.each([
    '../outside.dat',
    './3281.dat',
    'sub/3281.dat',
    '/etc/passwd',
    '..',
    '.',
    '3281.dat\0.txt',
    '3281.dat\n',
    '..\\outside.dat',
    '%2e%2e/outside.dat',
    'toc.dat',
    'blobs.toc',
    '~/x.dat',
    '|id',
    '-.dat',
  ])('whose rows are said to be in %j is refused', async (name) => {
    const toc = join(path, 'toc.dat')
    await writeFile(toc, replaced(await readFile(toc), text(rows), text(name)))
    expect(await said()).toMatch(/^E_DUMP_(?:HOSTILE|DAMAGED) /)
  })

  it.each(['../outside.dat', '/etc/passwd', 'sub/x', '..', 'blob_4711.dat/../../outside.dat', 'toc.dat', '\0', ' x'])(
    'whose large object is said to be in %j is refused',
    async (name) => {
      await writeFile(join(path, 'blobs.toc'), `4711 ${name}\n`)
      expect(await said()).toMatch(/^E_DUMP_(?:HOSTILE|DAMAGED) /)
    },
  )

  it.each([rows, objects, 'blobs.toc'])('with a link to the outside as %s is refused', async (name) => {
    await rm(join(path, name))
    await symlink(outside(), join(path, name))
    expect(await said()).toMatch(/^E_DUMP_HOSTILE .*a link in the place of/)
  })

  it('with a chain of links is refused', async () => {
    await rename(join(path, rows), join(path, 'kept'))
    await symlink('kept', join(path, 'README'))
    await symlink('README', join(path, rows))
    expect(await said()).toMatch(/^E_DUMP_HOSTILE .*a link in the place of/)
  })

  it('with a link for its table of contents is refused', async () => {
    await rename(join(path, 'toc.dat'), join(root, 'toc-elsewhere.dat'))
    await symlink(join(root, 'toc-elsewhere.dat'), join(path, 'toc.dat'))
    expect(await said()).toMatch(/^E_DUMP_HOSTILE /)
  })

  it('with a folder in the place of its rows is refused', async () => {
    await rm(join(path, rows))
    await mkdir(join(path, rows))
    expect(await said()).toMatch(/^E_DUMP_(?:HOSTILE|DAMAGED|TRUNCATED) /)
  })

  it.each([rows, 'toc.dat', 'blobs.toc'])(
    'with a pipe as %s, where a reader would wait for ever, is refused',
    async (name) => {
      await rm(join(path, name))
      await promisify(execFile)('mkfifo', [join(path, name)])
      expect(await said()).toMatch(/^E_DUMP_(?:HOSTILE|DAMAGED|TRUNCATED) /)
    },
  )

  it('with a device as its rows is refused', async () => {
    await rm(join(path, rows))
    await symlink('/dev/zero', join(path, rows))
    expect(await said()).toMatch(/^E_DUMP_HOSTILE /)
  })

  it("with another file's second name as its rows tells that these are not its rows, by nothing but their content", async () => {
    // A hard link looks like any file, and tools that save space make them: it is read, and its rows are compared.
    await rm(join(path, rows))
    await link(outside(), join(path, rows))
    expect(await said()).toBe('')
  })
})

/** A tar header changed, its checksum made right. */
function header(bytes: Buffer, change: (block: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  const block = copy.subarray(copy.indexOf(`${rows}${'\0'.repeat(20)}`))
  change(block)
  const sum = block.subarray(0, 512).reduce((total, code, at) => total + (at >= 148 && at < 156 ? 0x20 : code), 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return copy
}

const named = (name: string) => (block: Buffer) => {
  block.fill(0, 0, 100)
  block.write(name, 'latin1')
}

describe('a tar archive', () => {
  it.each<[string, (block: Buffer) => void]>([
    ['a name that climbs out in the middle', named('a/../../3281.dat')],
    ['a name of dots alone', named('..')],
    ['a folder before its name', named('./3281.dat')],
    ['a name that goes back by another slash', named('..\\3281.dat')],
    ['a line break in its name', named('3281.dat\n')],
    ['a name that climbs by its prefix', (block) => block.write('../..', 345)],
    ['an absolute prefix', (block) => block.write('/etc', 345)],
    ['a prefix', (block) => block.write('sub', 345)],
    ['a block device', (block) => block.write('4', 156)],
    ['a folder', (block) => block.write('5', 156)],
    ['a pipe', (block) => block.write('6', 156)],
    ['a contiguous file', (block) => block.write('7', 156)],
    ['a long name of GNU', (block) => block.write('L', 156)],
    ['a long link of GNU', (block) => block.write('K', 156)],
    ['a sparse file', (block) => block.write('S', 156)],
    ['a PAX header for all', (block) => block.write('g', 156)],
    ['a kind of its own', (block) => block.write('Z', 156)],
    [
      'a size of many exabytes',
      (block) => {
        block.fill(0, 124, 136)
        block.writeUInt8(0x80, 124)
        block.writeBigUInt64BE(2n ** 62n, 128)
      },
    ],
    ['a size that is no number', (block) => block.write('999', 124)],
    ['the name of its table of contents once more', named('toc.dat')],
  ])('that holds %s is refused', async (_title, change) => {
    const bytes = await readFile(join(recorded, 'notes-15.tar'))
    await writeFile(path, header(bytes, change))
    expect(await said()).toMatch(/^E_DUMP_(?:HOSTILE|DAMAGED|TRUNCATED) /)
  })

  it('with text after the end of a name is read by the name', async () => {
    const bytes = await readFile(join(recorded, 'notes-15.tar'))
    await writeFile(
      path,
      header(bytes, (block) => block.write('/../../etc/passwd', 20)),
    )
    expect(await said()).toBe('')
  })
})
