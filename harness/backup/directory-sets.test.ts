import { lutimes, mkdir, mkdtemp, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../core/index.ts'
import { checkFiles, chooseRestore, findLatestSet, openSet, sealSet, type BackupSet } from './index.ts'

const now = new Date('2025-10-22T12:00:00Z')
const clock = fixedClock(now)

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'directory-sets-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const latest = (path = folder): Promise<BackupSet> => findLatestSet(path, clock)
const namesOf = ({ files }: BackupSet): string[] => files.map(({ name, kind, form }) => `${kind} ${name} ${form}`)

/** Files by name, all an hour old unless they say otherwise. */
async function write(names: readonly string[], hours = 1): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at(name)), { recursive: true })
    await writeFile(at(name), `${name}\n`)
    const time = new Date(now.getTime() - hours * 3_600_000)
    await utimes(at(name), time, time)
  }
}

const dump = ['toc.dat', '3001.dat.gz', 'blob_16403.dat.gz', 'blobs_3002.toc']
const dumpIn = (name: string): string[] => dump.map((part) => `${name}/${part}`)

describe('a dump in directory format is one artefact of the set around it', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a baseline', ['baseline.json'], ['full dump directory', 'baseline baseline.json file']],
    [
      'a baseline and roles',
      ['baseline.json', 'roles.sql'],
      ['full dump directory', 'baseline baseline.json file', 'roles roles.sql file'],
    ],
    [
      'roles whatever their age',
      ['roles.sql', 'schema_only_backup.sql'],
      ['full dump directory', 'roles roles.sql file', 'schema schema_only_backup.sql file'],
    ],
    ['a note', ['NOTE.md'], ['full dump directory', 'log NOTE.md file']],
  ])('beside %s, sealed or not, by its path or as the latest', async (_, beside, expected) => {
    const both = (set: BackupSet): string[] => namesOf(set).sort()
    await write([...dumpIn('set/dump'), ...beside.map((name) => `set/${name}`)])
    const sorted = expected.toSorted()
    expect(both(await openSet(at('set'), clock))).toEqual(sorted)
    expect(both(await latest(at('set')))).toEqual(sorted)
    expect(both(await latest())).toEqual(sorted)
    await sealSet(at('set'), { createdAt: now })
    expect(both(await latest(at('set')))).toEqual(sorted)
    expect(both(await latest())).toEqual(sorted)
    const checks = await checkFiles(await latest())
    expect(checks.map(({ state }) => state)).toEqual(Array(dump.length + beside.length).fill('intact'))
  })

  test('with the day in its own name, beside what has none', async () => {
    await write([...dumpIn('edupath-2025-10-21'), 'baseline.json', 'roles.sql'])
    const set = await latest()
    expect(set.name).toBe('edupath-2025-10-21')
    expect(set.createdAt?.toISOString().slice(0, 10)).toMatch(/2025-10-2[01]/)
    expect(namesOf(set)).toEqual([
      'baseline baseline.json file',
      'full edupath-2025-10-21 directory',
      'roles roles.sql file',
    ])
  })

  test('whatever else lies in its folder', async () => {
    await write([...dumpIn('dump'), 'dump/baseline.json', 'dump/roles.sql'])
    expect(namesOf(await latest(at('dump'))).sort()).toEqual([
      'baseline baseline.json file',
      'full dump directory',
      'roles roles.sql file',
    ])
  })

  test('of large objects alone too', async () => {
    await write(['dump/toc.dat', 'dump/blob_16403.dat', 'dump/blobs.toc'])
    expect(namesOf(await latest(at('dump')))).toEqual(['full dump directory'])
  })

  test('and is restored after the roles, as a file would be', async () => {
    await write([...dumpIn('dump'), 'baseline.json', 'roles.sql', 'schema.sql'])
    const set = await latest()
    expect(chooseRestore(set).files.map(({ path }) => path)).toEqual([at('roles.sql'), at('dump')])
    const holds = new Map([
      ['dump', { schema: false, data: true, roles: false }],
      ['schema.sql', { schema: true, data: false, roles: false }],
    ])
    expect(chooseRestore(set, holds).files.map(({ name }) => name)).toEqual(['roles.sql', 'schema.sql', 'dump'])
  })
})

describe('the latest set of dumps in directory format', () => {
  test.each<[string, Record<string, readonly string[]>, string, number]>([
    [
      'of sets with what lies beside them',
      {
        old: [...dumpIn('2025-10-20/dump'), '2025-10-20/baseline.json'],
        new: [...dumpIn('2025-10-21/dump'), '2025-10-21/baseline.json'],
      },
      '2025-10-21',
      2,
    ],
    [
      'of sets whose names say nothing, by the disk',
      { old: [...dumpIn('b/dump'), 'b/roles.sql'], new: [...dumpIn('a/dump'), 'a/roles.sql'] },
      'a',
      2,
    ],
    ['of bare ones', { old: dumpIn('2025-10-20'), new: dumpIn('2025-10-21') }, '2025-10-21', 1],
    [
      'of bare ones beside whole files',
      { old: ['a-2025-10-20.sql'], new: dumpIn('a-2025-10-21'), other: ['a-2025-10-19.sql'] },
      'a-2025-10-21',
      1,
    ],
    [
      'of bare ones, each with its own log',
      {
        old: [...dumpIn('a-2025-10-20'), 'a-2025-10-20.log'],
        new: [...dumpIn('a-2025-10-21'), 'a-2025-10-21.log'],
      },
      'a-2025-10-21',
      2,
    ],
  ])('is found %s', async (_, { old = [], new: newest = [], other = [] }, name, artefacts) => {
    await write(old, 40)
    await write(other, 60)
    await write(newest, 2)
    const set = await latest()
    expect(set.name).toBe(name)
    expect(set.files).toHaveLength(artefacts)
    expect(set.files.find(({ form }) => form === 'directory')?.parts).toHaveLength(dump.length)
    expect(set.problems).toEqual([])
  })

  test('leaves a sealed one to itself: what lies beside it is of another', async () => {
    await write([...dumpIn('sealed'), 'roles.sql'])
    await sealSet(at('sealed'), { createdAt: now })
    const set = await latest()
    expect({ name: set.name, sealed: set.sealed, files: namesOf(set) }).toEqual({
      name: 'sealed',
      sealed: true,
      files: ['full sealed directory'],
    })
  })

  test('is asked for where a path that must be one set holds two', async () => {
    await write([...dumpIn('a'), ...dumpIn('b')])
    await expect(openSet(folder, clock)).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})

describe('a damaged part of a sealed dump in directory format', () => {
  beforeEach(async () => {
    await write([...dumpIn('dump'), 'baseline.json'])
    await sealSet(folder, { createdAt: now })
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['changed', () => writeFile(at('dump/3001.dat.gz'), 'other rows'), 'dump/3001.dat.gz changed'],
    ['removed', () => rm(at('dump/blob_16403.dat.gz')), 'dump/blob_16403.dat.gz missing'],
    ['that names the others', () => rm(at('dump/toc.dat')), 'dump/toc.dat missing'],
    ['renamed', () => rename(at('dump/3001.dat.gz'), at('dump/3003.dat.gz')), 'dump/3001.dat.gz missing'],
  ])('is named when it was %s', async (_, damage, expected) => {
    await damage()
    const set = await openSet(folder, clock)
    expect(set.files.map(({ name }) => name)).toEqual(['baseline.json', 'dump'])
    const bad = (await checkFiles(set)).filter(({ state }) => state !== 'intact')
    expect(bad.map(({ name, state }) => `${name} ${state}`)).toContain(expected)
  })
})

describe('a link among the parts of a dump in directory format', () => {
  /** Its target may well be in the set: an hour old, as all of it. */
  async function link(part: string, target: string): Promise<void> {
    await rm(at(part))
    await symlink(target, at(part))
    await lutimes(at(part), new Date(now.getTime() - 3_600_000), new Date(now.getTime() - 3_600_000))
  }
  const places = ['/etc/hostname', '../rows']

  test.each(places)('is refused, wherever it leads: %s', async (target) => {
    await write([...dumpIn('set/dump'), 'set/baseline.json', 'set/rows'])
    await link('set/dump/3001.dat.gz', target)
    await expect(sealSet(at('set'))).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
    const unsafe = { code: 'E_BACKUP_UNSAFE_FILE', object: 'dump/3001.dat.gz', notice: false }
    expect((await latest(at('set'))).problems).toMatchObject([unsafe])
    expect((await latest()).problems).toMatchObject([unsafe])
  })

  test.each(places)('makes it no dump in the place of toc.dat, wherever it leads: %s', async (target) => {
    await write([...dumpIn('set/dump'), 'set/baseline.json', 'set/rows'])
    await link('set/dump/toc.dat', target)
    await expect(latest(at('set'))).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
    await expect(latest()).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
    await expect(latest(at('set/dump'))).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
  })

  test('never makes an older set the latest without a word', async () => {
    await write([...dumpIn('2025-10-20/dump'), '2025-10-20/baseline.json'])
    await write([...dumpIn('2025-10-21/dump'), '2025-10-21/baseline.json'])
    await link('2025-10-21/dump/toc.dat', '/etc/hostname')
    const set = await latest()
    expect(set.name).toBe('2025-10-20')
    expect(set.problems).toMatchObject([{ code: 'E_BACKUP_UNSAFE_FILE', object: '2025-10-21', notice: false }])
  })

  test('in the place of the folder is not followed', async () => {
    await write([...dumpIn('elsewhere'), 'set/roles.sql'])
    await symlink(at('elsewhere'), at('set/dump'))
    const set = await openSet(at('set'), clock)
    expect(namesOf(set)).toEqual(['roles roles.sql file'])
    expect(set.problems).toMatchObject([{ code: 'E_BACKUP_UNSAFE_FILE', object: 'dump' }])
  })
})

describe('a folder that pg_dump -Fd did not finish', () => {
  const unfinished = (name: string): string[] => dumpIn(name).filter((part) => !part.endsWith('toc.dat'))

  test('is passed over by name for the set before it', async () => {
    await write([...dumpIn('2025-10-20'), ...unfinished('2025-10-21')])
    const set = await latest()
    expect(set.name).toBe('2025-10-20')
    expect(set.problems).toMatchObject([{ code: 'E_BACKUP_INCOMPLETE', object: '2025-10-21', notice: true }])
  })

  test('is no backup, and said to be unfinished, alone or by its path', async () => {
    await write(unfinished('2025-10-21'))
    const refusal = { code: 'E_BACKUP_INCOMPLETE', message: expect.stringContaining('toc.dat') as string }
    await expect(latest()).rejects.toMatchObject(refusal)
    await expect(latest(at('2025-10-21'))).rejects.toMatchObject(refusal)
    await expect(openSet(at('2025-10-21'), clock)).rejects.toMatchObject(refusal)
  })

  test('is nothing that other files named like rows are taken for', async () => {
    await write(['2025-10-21/full_backup.sql', '2025-10-21/notes.dat', '2025-10-21/7.data'])
    expect((await latest()).problems).toEqual([])
  })
})
