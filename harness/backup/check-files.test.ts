import { execFileSync } from 'node:child_process'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFiles, openSet, sealSet } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'check-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (name: string) => join(folder, name)
const states = async () =>
  Object.fromEntries((await checkFiles(await openSet(folder))).map((check) => [check.name, check.state]))
const codes = async () => (await openSet(folder)).problems.map(({ code, notice }) => [code, notice])

describe('a sealed set', () => {
  beforeEach(async () => {
    await writeFile(at('full.sql'), 'select 1;\n'.repeat(1_000))
    await writeFile(at('roles.sql'), 'create role a;\n')
    await sealSet(folder)
  })

  test('is intact as it was sealed', async () => {
    expect(await states()).toEqual({ 'full.sql': 'intact', 'roles.sql': 'intact' })
    expect(await codes()).toEqual([])
  })

  test.each<[string, () => Promise<unknown>, Record<string, string>, [string, boolean][]]>([
    ['a file cut by a byte', () => truncate(at('full.sql'), 9_999), { 'full.sql': 'changed' }, []],
    ['a file with a byte more', () => appendFile(at('full.sql'), '\n'), { 'full.sql': 'changed' }, []],
    ['a file emptied', () => truncate(at('full.sql')), { 'full.sql': 'changed' }, []],
    ['a file gone', () => rm(at('roles.sql')), { 'roles.sql': 'missing' }, [['E_BACKUP_FILE_MISSING', false]]],
    [
      'a file renamed',
      () => rename(at('full.sql'), at('fuller.sql')),
      { 'full.sql': 'missing', 'fuller.sql': 'extra' },
      [
        ['E_BACKUP_FILE_MISSING', false],
        ['E_BACKUP_MANIFEST', false],
      ],
    ],
    ['another dump', () => writeFile(at('more.sql'), ''), { 'more.sql': 'extra' }, [['E_BACKUP_MANIFEST', false]]],
    ['a note', () => writeFile(at('note.md'), ''), { 'note.md': 'extra' }, [['E_BACKUP_MANIFEST', true]]],
    [
      'two files swapped',
      async () => {
        await rename(at('full.sql'), at('x'))
        await rename(at('roles.sql'), at('full.sql'))
        await rename(at('x'), at('roles.sql'))
      },
      { 'full.sql': 'changed', 'roles.sql': 'changed' },
      [],
    ],
    [
      'a file replaced by a symlink out of it',
      async () => {
        await rm(at('roles.sql'))
        await symlink('/etc/hostname', at('roles.sql'))
      },
      { 'roles.sql': 'missing' },
      [
        ['E_BACKUP_FILE_MISSING', false],
        ['E_BACKUP_UNSAFE_FILE', false],
      ],
    ],
  ])('with %s says so', async (_, damage, expected, problems) => {
    await damage()
    expect(await states()).toEqual({ 'full.sql': 'intact', 'roles.sql': 'intact', ...expected })
    expect(await codes()).toEqual(problems)
  })

  test('with any single bit flipped is changed', async () => {
    const original = await readFile(at('full.sql'))
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(original)
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        await writeFile(at('full.sql'), damaged)
        expect((await states())['full.sql']).toBe('changed')
      }),
      { numRuns: 300 },
    )
  })

  test('counts every byte it reads, and stops when told', async () => {
    let bytes = 0
    await checkFiles(await openSet(folder), { onBytes: (read) => (bytes += read) })
    expect(bytes).toBe(10_015)
    const stopped = checkFiles(await openSet(folder), { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
  })
})

test('an empty dump is empty, however well sealed; an empty log is none, and there may be no changes', async () => {
  await writeFile(at('full.sql'), '')
  await writeFile(at('changes.sql'), '')
  await writeFile(at('dump.log'), '')
  expect(await states()).toEqual({ 'changes.sql': 'unsealed', 'dump.log': 'unsealed', 'full.sql': 'empty' })
  await sealSet(folder)
  expect(await states()).toEqual({ 'changes.sql': 'intact', 'dump.log': 'intact', 'full.sql': 'empty' })
})

test('a sealed dump in directory format is one dump of many checked files', async () => {
  await mkdir(at('prod'))
  await writeFile(at('prod/toc.dat'), 'PGDMP')
  await writeFile(at('prod/3001.dat.gz'), 'rows')
  await sealSet(folder)
  const set = await openSet(folder)
  expect(set.files).toMatchObject([{ name: 'prod', path: at('prod'), kind: 'full', form: 'directory', bytes: 9 }])
  await rm(at('prod/3001.dat.gz'))
  expect(await states()).toEqual({ 'prod/3001.dat.gz': 'missing', 'prod/toc.dat': 'intact' })
})

test('a dump in directory format may be the set itself, sealed or not', async () => {
  await writeFile(at('toc.dat'), 'PGDMP')
  await writeFile(at('3001.dat.gz'), 'rows')
  expect((await openSet(folder)).files).toMatchObject([{ path: folder, kind: 'full', form: 'directory' }])
  await sealSet(folder)
  expect((await openSet(folder)).files).toMatchObject([{ path: folder, kind: 'full', kindSource: 'manifest' }])
  expect(await states()).toEqual({ '3001.dat.gz': 'intact', 'toc.dat': 'intact' })
})

describe('a set without a manifest', () => {
  const digest = '0a5f9a7a3c1d4bde' // of nothing here
  beforeEach(async () => {
    await writeFile(at('full_database_backup.sql'), 'select 1;\n')
    await writeFile(at('data_only_backup.sql'), 'select 22;\n')
  })
  const info = () =>
    writeFile(at('backup_info.txt'), `Backup completed at today\n${execFileSync('ls', ['-la', folder]).toString()}`)

  test('is unsealed, and not damned for it', async () => {
    expect(await states()).toEqual({ 'data_only_backup.sql': 'unsealed', 'full_database_backup.sql': 'unsealed' })
    expect(await codes()).toEqual([])
  })

  test('is held against the sizes in backup_info.txt', async () => {
    await info()
    expect(await states()).toMatchObject({ 'data_only_backup.sql': 'unsealed', 'full_database_backup.sql': 'unsealed' })
    await truncate(at('full_database_backup.sql'), 5)
    await rm(at('data_only_backup.sql'))
    expect(await states()).toMatchObject({ 'full_database_backup.sql': 'changed' })
    expect(await codes()).toEqual([['E_BACKUP_FILE_MISSING', false]])
  })

  test.each(['full_database_backup.sql.sha256', 'SHA256SUMS'])('is held against %s', async (sidecar) => {
    await writeFile(at(sidecar), execFileSync('sha256sum', ['full_database_backup.sql'], { cwd: folder }))
    expect(await states()).toMatchObject({ 'data_only_backup.sql': 'unsealed', 'full_database_backup.sql': 'intact' })
    await writeFile(at('full_database_backup.sql'), 'select 2;\n')
    expect(await states()).toMatchObject({ 'full_database_backup.sql': 'changed' })
  })

  test('with a checksum file that holds none says so', async () => {
    await writeFile(at('full_database_backup.sql.sha256'), `${digest}\n`)
    expect(await codes()).toEqual([['E_BACKUP_MANIFEST', false]])
  })

  test('names a manifest nobody can read, and still opens the dumps', async () => {
    await writeFile(at('manifest.json'), '{}')
    expect(await codes()).toEqual([['E_BACKUP_MANIFEST', false]])
    expect(await states()).toMatchObject({ 'full_database_backup.sql': 'unsealed' })
  })
})

describe('what is no file', () => {
  test('is never opened: FIFOs, sockets, links out, links to nowhere', async () => {
    await writeFile(at('full.sql'), 'x')
    execFileSync('mkfifo', [at('a.sql')])
    const server = createServer().listen(at('b.sql'))
    await new Promise((resolve) => server.once('listening', resolve))
    await symlink('/dev/zero', at('c.sql'))
    await symlink('nowhere', at('d.sql'))
    await symlink('..', at('e'))
    const set = await openSet(folder)
    server.close()
    expect(set.files.map((file) => file.name)).toEqual(['full.sql'])
    expect(set.problems.map(({ code, object, notice }) => [code, object, notice])).toEqual([
      ['E_BACKUP_UNSAFE_FILE', 'a.sql', false],
      ['E_BACKUP_UNSAFE_FILE', 'b.sql', false],
      ['E_BACKUP_UNSAFE_FILE', 'c.sql', false],
      ['E_BACKUP_UNSAFE_FILE', 'd.sql', false],
      ['E_BACKUP_UNSAFE_FILE', 'e', true],
    ])
  })

  test.each(['db_cluster', 'nightly', 'production.log', 'dump.txt'])(
    '%s, named as the backup, is read',
    async (name) => {
      await writeFile(at(name), 'x')
      expect((await openSet(at(name))).files).toMatchObject([{ name, kind: 'full' }])
    },
  )

  test('a link to a file of the same set is that file', async () => {
    await writeFile(at('full.sql'), 'x')
    await symlink('full.sql', at('roles.sql'))
    expect(await states()).toEqual({ 'full.sql': 'unsealed', 'roles.sql': 'unsealed' })
  })

  test('a FIFO as the backup, or as the manifest, does not wait', async () => {
    execFileSync('mkfifo', [at('a.sql')])
    await expect(openSet(at('a.sql'))).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
    await rm(at('a.sql'))
    await writeFile(at('full.sql'), 'x')
    execFileSync('mkfifo', [at('manifest.json')])
    expect((await openSet(folder)).sealed).toBe(false)
  })

  test('a name with escapes in it reaches no terminal', async () => {
    await writeFile(at('full.sql'), 'x')
    await writeFile(at('\u001b[31mred.sql'), 'x')
    const [problem] = (await openSet(folder)).problems
    expect(problem).toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE', notice: false })
    expect(`${problem?.message}${problem?.object}`).not.toContain('\u001b')
  })
})
