import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../core/index.ts'
import { findLatestSet, sealSet } from './index.ts'

const now = new Date('2025-10-22T12:00:00Z')
const clock = fixedClock(now)
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sets-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Files by name, each with the hours since it was written. */
async function write(files: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, hours] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `-- ${name}\n`)
    await utimes(path, hoursAgo(hours), hoursAgo(hours))
  }
}

const seal = (name: string, createdAt: Date) => sealSet(join(folder, name), { createdAt })
const latest = (path = folder) => findLatestSet(path, clock)
const nameOf = async () => {
  const set = await latest()
  return { name: set.name, from: set.createdAtSource, problems: set.problems.map(({ code, notice }) => [code, notice]) }
}

describe('a newer folder that holds the checksum of a dump and no dump', () => {
  test('is passed over by name: that backup never arrived', async () => {
    await write({ '2025-10-20/full.sql': 40, '2025-10-21/full.sql.sha256': 10, '2025-10-21/backup.log': 10 })
    const { name, problems } = await latest()
    expect(name).toBe('2025-10-20')
    expect(problems).toMatchObject([{ code: 'E_BACKUP_NONE', object: '2025-10-21', notice: true }])
  })

  test('is silent where it is older, or holds no word of a dump', async () => {
    await write({ '2025-10-20/full.sql': 40, '2025-10-19/full.sql.sha256': 60, 'notes-2025-10-21/read.me.txt': 1 })
    expect(await nameOf()).toMatchObject({ name: '2025-10-20', problems: [] })
  })
})

describe('the latest set', () => {
  test.each<[string, Record<string, number>, string, string]>([
    [
      'by names, whatever the disk says',
      { 'a-2025-10-20.sql': 1, 'a-2025-10-21.sql': 30 },
      'a-2025-10-21.sql',
      'file name',
    ],
    ['by the disk, when names say nothing', { 'a.dump': 5, 'b.dump': 4 }, 'b.dump', 'file time'],
    [
      'never a newer checksum or other sidecar',
      { 'a-2025-10-20.sql.gz': 40, 'a-2025-10-21.sql.gz.sha256': 1, SHA256SUMS: 1, 'a-2025-10-21.json': 1, 'a.log': 1 },
      'a-2025-10-20.sql.gz',
      'file name',
    ],
    [
      'never a download in progress',
      {
        'a-2025-10-20.dump': 40,
        'a-2025-10-21.dump.part': 0,
        'a-2025-10-21.dump.tmp': 0,
        'b-2025-10-21.dump.crdownload': 0,
      },
      'a-2025-10-20.dump',
      'file name',
    ],
    ['never a hidden file', { 'a-2025-10-20.dump': 40, '.a-2025-10-21.dump': 1 }, 'a-2025-10-20.dump', 'file name'],
    [
      "of folders that the guide's script made",
      {
        'production_migration_20251020_101500/full_database_backup.sql': 1,
        'production_migration_20251021_101500/full_database_backup.sql': 9,
      },
      'production_migration_20251021_101500',
      'file name',
    ],
    [
      "of Supabase's daily backups",
      { 'db_cluster-19-11-2024@03-15-00.backup.gz': 2, 'db_cluster-21-10-2025@03-15-00.backup.gz': 3 },
      'db_cluster-21-10-2025@03-15-00.backup.gz',
      'file name',
    ],
    [
      'across files and folders',
      { 'a-2025-10-20.dump': 1, '2025-10-21/schema.sql': 5, '2025-10-21/data.sql': 5, '2025-10-21/roles.sql': 5 },
      '2025-10-21',
      'file name',
    ],
    ['of dumps in directory format', { '2025-10-20/toc.dat': 1, '2025-10-21/toc.dat': 2 }, '2025-10-21', 'file name'],
    [
      'of a folder of dated dumps, one level down',
      { 'daily/a-2025-10-20.sql': 1, 'daily/a-2025-10-21.sql': 2 },
      'a-2025-10-21.sql',
      'file name',
    ],
  ])('is found %s', async (_, files, name, from) => {
    await write(files)
    expect(await nameOf()).toEqual({ name, from, problems: [] })
  })

  test('is the whole folder where roles lie beside one dump in directory format', async () => {
    await write({ 'roles.sql': 1, 'dump/toc.dat': 1, 'dump/3001.dat.gz': 1 })
    const set = await latest()
    expect(set.files.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['full dump', 'roles roles.sql'])
  })

  test('is one of them where roles lie beside several', async () => {
    await write({ 'roles.sql': 99, 'a-2025-10-20/toc.dat': 2, 'b-2025-10-21/toc.dat': 1 })
    expect((await latest()).name).toBe('b-2025-10-21')
  })

  test('is chosen by manifests before names and file times', async () => {
    await write({ 'old-2025-10-21/full.sql': 1, 'new-2025-10-01/full.sql': 50 })
    await seal('old-2025-10-21', hoursAgo(100))
    await seal('new-2025-10-01', hoursAgo(10))
    expect(await nameOf()).toEqual({ name: 'new-2025-10-01', from: 'manifest', problems: [] })
  })

  test('is never one of which a file is missing: it is passed over, and said', async () => {
    await write({ 'a/full.sql': 1, 'b/full.sql': 1, 'b/roles.sql': 1 })
    await seal('a', hoursAgo(20))
    await seal('b', hoursAgo(10))
    await rm(join(folder, 'b/roles.sql'))
    expect(await nameOf()).toEqual({ name: 'a', from: 'manifest', problems: [['E_BACKUP_FILE_MISSING', true]] })
    expect((await latest()).problems[0]?.message).toBe(
      'b was passed over: roles.sql is listed in manifest.json and is not there',
    )
  })

  test('is never one that is still being written', async () => {
    await write({
      'backup-2025-10-20/full.sql': 40,
      'backup-2025-10-21/schema.sql': 1,
      'backup-2025-10-21/data.sql.part': 0,
    })
    expect(await nameOf()).toMatchObject({ name: 'backup-2025-10-20', problems: [['E_BACKUP_INCOMPLETE', true]] })
  })

  test('does not hide that the newest has a manifest nobody can read', async () => {
    await write({ 'a/full.sql': 1, 'b/full.sql': 1 })
    await seal('a', hoursAgo(20))
    await writeFile(join(folder, 'b/manifest.json'), '{"kind":"rehearsal-ba')
    expect(await nameOf()).toMatchObject({ name: 'a', problems: [['E_BACKUP_MANIFEST', false]] })
  })

  test('does not hide that the newest cannot be read here', async () => {
    await write({ 'a-2025-10-20.sql': 40, 'a-2025-10-21.sql.gpg': 10 })
    expect(await nameOf()).toMatchObject({ name: 'a-2025-10-20.sql', problems: [['E_DUMP_FORMAT_UNSUPPORTED', false]] })
  })

  test('is not hidden by being empty: an empty latest backup is the answer', async () => {
    await write({ 'a-2025-10-20.sql': 40, 'a-2025-10-21.sql': 10 })
    await writeFile(join(folder, 'a-2025-10-21.sql'), '')
    expect(await nameOf()).toMatchObject({ name: 'a-2025-10-21.sql' })
  })

  test('is listed once, though `latest` points to it', async () => {
    await write({ '2025-10-21/full.sql': 1 })
    await symlink('2025-10-21', join(folder, 'latest'))
    expect(await nameOf()).toMatchObject({ name: '2025-10-21', problems: [] })
    expect((await latest(join(folder, 'latest'))).files).toHaveLength(1)
  })

  test('is not looked for behind symlinks that leave the folder', async () => {
    await write({ 'sets/a/full.sql': 1, 'elsewhere/full.sql': 0 })
    await symlink(join(folder, 'elsewhere'), join(folder, 'sets/b'))
    const set = await latest(join(folder, 'sets'))
    expect(set.name).toBe('a')
    expect(set.problems).toEqual([expect.objectContaining({ code: 'E_BACKUP_UNSAFE_FILE', notice: true })])
  })
})

describe('a set from the future', () => {
  test('is passed over, and damns', async () => {
    await write({ 'a/full.sql': 1, 'b/full.sql': 1 })
    await seal('a', hoursAgo(20))
    await seal('b', hoursAgo(-1))
    expect(await nameOf()).toMatchObject({ name: 'a', problems: [['E_BACKUP_FROM_FUTURE', false]] })
  })

  test('within five minutes is one by a clock that differs a little', async () => {
    await write({ 'a/full.sql': 1, 'b/full.sql': 1 })
    await seal('a', hoursAgo(20))
    await seal('b', new Date(now.getTime() + 5 * 60_000))
    expect(await nameOf()).toMatchObject({ name: 'b', problems: [] })
    await write({ 'c/full.sql': 1 })
    await seal('c', new Date(now.getTime() + 5 * 60_000 + 1))
    expect(await nameOf()).toMatchObject({ name: 'b', problems: [['E_BACKUP_FROM_FUTURE', false]] })
  })

  test('alone is none to take; named by its path it is opened, and damns', async () => {
    await write({ 'a/full.sql': 1, 'b/full.sql': 1 })
    await seal('a', hoursAgo(-9))
    await seal('b', hoursAgo(-8))
    await expect(latest()).rejects.toMatchObject({ code: 'E_BACKUP_FROM_FUTURE' })
    expect((await latest(join(folder, 'a'))).problems).toMatchObject([{ code: 'E_BACKUP_FROM_FUTURE', notice: false }])
  })

  test('by a name in another zone is none, if the disk knows better', async () => {
    const inNineHours = new Date(hoursAgo(-9).getTime() - hoursAgo(-9).getTimezoneOffset() * 60_000)
    const stamp = inNineHours.toISOString().slice(0, 19).replaceAll(':', '-')
    await write({ [`a-${stamp}.sql`]: 1 })
    const set = await latest()
    expect(set).toMatchObject({ createdAt: hoursAgo(1), createdAtSource: 'file time', problems: [] })
    await write({ [`a-${stamp}.sql`]: -9 })
    await expect(latest()).rejects.toMatchObject({ code: 'E_BACKUP_FROM_FUTURE' })
  })

  test('by a name far ahead is one, whatever the disk says', async () => {
    await write({ 'a-2025-10-20.sql': 40, 'a-2031-01-01.sql': 1 })
    expect(await nameOf()).toMatchObject({ name: 'a-2025-10-20.sql', problems: [['E_BACKUP_FROM_FUTURE', false]] })
  })
})

describe('a path', () => {
  test('that is not there is refused', async () => {
    await expect(latest(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_PATH_NOT_FOUND', kind: 'refused' })
  })

  test.each<[string, Record<string, number>, string]>([
    ['nothing', {}, 'E_BACKUP_NONE'],
    ['only sidecars', { 'a.sql.sha256': 1, 'a.json': 1, 'b.sql.part': 1 }, 'E_BACKUP_NONE'],
    ['sets deeper than one level', { 'a/b/full.sql': 1 }, 'E_BACKUP_NONE'],
    ['only what is encrypted', { 'a-2025-10-20.sql.age': 1, 'a-2025-10-21.sql.age': 1 }, 'E_DUMP_FORMAT_UNSUPPORTED'],
    ['one encrypted file', { 'a.sql.age': 1 }, 'E_DUMP_FORMAT_UNSUPPORTED'],
    ['only a set that is being written', { 'a/x.sql': 1, 'a/y.sql.part': 1 }, 'E_BACKUP_INCOMPLETE'],
  ])('with %s holds no backup', async (_, files, code) => {
    await write(files)
    await expect(latest()).rejects.toMatchObject({ code })
  })

  test('with a server’s own files holds a physical copy', async () => {
    await write({ PG_VERSION: 3, 'global/pg_control': 8192 })
    await expect(latest()).rejects.toMatchObject({ code: 'E_BACKUP_NONE', message: /physical copy/ })
  })

  test('may be one dump, whatever its name', async () => {
    await write({ 'notes.txt': 1, 'other-2025-10-21.sql': 1 })
    expect(await latest(join(folder, 'notes.txt'))).toMatchObject({ name: 'notes.txt', sealed: false })
  })

  test('may be a set itself, partial or not', async () => {
    await write({ 'set/full.sql': 1, 'set/roles.sql': 1 })
    await seal('set', hoursAgo(1))
    expect(await latest(join(folder, 'set'))).toMatchObject({ sealed: true, problems: [] })
    await rm(join(folder, 'set/roles.sql'))
    expect((await latest(join(folder, 'set'))).problems).toMatchObject([
      { code: 'E_BACKUP_FILE_MISSING', notice: false },
    ])
  })

  test("may be the script's folder or the CLI's", async () => {
    await write({ 'full_database_backup.sql': 2, 'schema_only_backup.sql': 1, 'backup_info.txt': 1 })
    const set = await latest()
    expect(set).toMatchObject({ name: basename(folder), createdAt: hoursAgo(2), problems: [] })
    expect(set.files.map((file) => file.kind)).toEqual(['log', 'full', 'schema'])
  })

  test('of a dump in a sealed set says that the manifest was not read', async () => {
    await write({ 'set/full.sql': 1 })
    await seal('set', hoursAgo(1))
    expect((await latest(join(folder, 'set/full.sql'))).problems).toMatchObject([
      { code: 'E_BACKUP_MANIFEST', notice: true },
    ])
  })
})
