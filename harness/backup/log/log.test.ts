import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { readHistory, surveySets, type Survey } from '../keep/index.ts'
import { SetFolder } from '../keep/testing/sets.ts'
import { notesBegin, notesEnd, readLog, writeLog } from './log-files.ts'
import type { BackupLog } from './log-schema.ts'
import { renderLog } from '../../../scripts/render-log.ts'
import { emptyLog, findElsewhere, signLog, updateLog } from './update-log.ts'

const clock = fixedClock(new Date('2026-03-20T12:00:00Z'))
const render = (log: BackupLog) =>
  log.entries
    .map(
      ({ name, digest, notes, signOffs }) =>
        `## ${name}\n${notesBegin(digest)}\n${notes}\n${notesEnd}\n${JSON.stringify(signOffs)}\n`,
    )
    .join('')

async function updated(sets: SetFolder, log = emptyLog('shop')): Promise<BackupLog> {
  const survey = await surveySets(sets.folder, await readHistory(sets.history), clock)
  const elsewhere = await findElsewhere(log, survey, sets.root)
  return updateLog(log, { survey, root: sets.root, elsewhere }, clock)
}

const placeIn = (sets: SetFolder) => ({ markdown: join(sets.root, 'log.md'), json: join(sets.root, 'log.json') })
const grace = { role: 'Verified by', name: 'Grace Hopper' }

test('sign-offs and notes outlive updates; a set that goes stays in the log as gone', async () => {
  await using sets = await SetFolder.create()
  const digest = await sets.seal('a', '2026-03-01T00:00:00Z', { name: 'nightly' })
  await sets.seal('b', '2026-03-02T00:00:00Z')
  const place = placeIn(sets)
  await writeLog(place, signLog(await updated(sets), 'nightly', grace, clock), render)
  const text = await readFile(place.markdown, 'utf8')
  await writeFile(place.markdown, text.replace(notesBegin(digest), `${notesBegin(digest)}\nlooked at it by hand\n`))
  await sets.rehearsed(digest, 'GO', new Date('2026-03-19T00:00:00Z'))
  await rm(sets.path('b'), { recursive: true })
  const log = await updated(sets, await readLog(place, 'shop', false))
  await writeLog(place, log, render)
  expect(log.entries).toMatchObject([
    { name: 'b', location: null, goneSince: '2026-03-20T12:00:00.000Z' },
    {
      name: 'nightly',
      location: 'backups/a',
      notes: 'looked at it by hand',
      signOffs: [{ ...grace, at: '2026-03-20T12:00:00.000Z' }],
      rehearsals: [{ answer: 'GO' }],
    },
  ])
  expect((await readLog(place, 'shop', false)).entries).toEqual(log.entries)
})

test('a sign-off is of one set as it was: another in its place is not signed', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-01T00:00:00Z')
  const signed = signLog(await updated(sets), 'a', grace, clock)
  await rm(sets.path('a'), { recursive: true })
  await sets.seal('a', '2026-03-01T00:00:00Z', { description: 'another' })
  const log = await updated(sets, signed)
  expect(log.entries.map(({ goneSince, signOffs }) => [goneSince === null, signOffs.length])).toEqual(
    expect.arrayContaining([
      [true, 0],
      [false, 1],
    ]),
  )
  expect(() => signLog(log, 'a', grace, clock)).toThrow(/2 sets of the log can be meant by "a"/)
  expect(() => signLog(log, 'z', grace, clock)).toThrow(/no set of the log can be meant/)
  expect(() => signLog(log, 'a', { ...grace, name: ' ' }, clock)).toThrow(/a role and a name/)
})

test('a set is signed by the name of its folder, which is what a status calls it', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-18T00:00:00Z', { label: 'weekly', name: 'Weekly of March' })
  await sets.seal('b', '2026-03-19T00:00:00Z', { label: 'weekly' })
  const log = await updated(sets)
  expect(log.entries.map(({ name }) => name)).toContain('Weekly of March')
  const { entries } = signLog(log, 'a', grace, clock)
  expect(entries.map(({ name, signOffs }) => [name, signOffs.length])).toEqual([
    ['b', 0],
    ['Weekly of March', 1],
  ])
})

test('a set of another place is not gone because this one does not have it; one that was deleted there is', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-18T00:00:00Z')
  await sets.seal('b', '2026-03-19T00:00:00Z')
  const local = await updated(sets)
  const [, a] = local.entries
  const stored = { ...local, entries: local.entries.map((one) => ({ ...one, location: `s3://bucket/${one.name}` })) }
  const none: Survey = { folder: 's3://bucket', isSingle: false, sets: [], foreign: [], problems: [], fromFuture: 0 }
  const places = async (log: BackupLog, survey: Survey) => {
    const elsewhere = await findElsewhere(log, survey, sets.root)
    return updateLog(log, { survey, root: sets.root, elsewhere }, clock).entries.map(({ location }) => location)
  }
  expect(await places(local, none)).toEqual(['backups/b', 'backups/a'])
  expect(await places(stored, none)).toEqual([null, null])
  expect(await places(stored, { ...none, folder: sets.folder })).toEqual(['s3://bucket/b', 's3://bucket/a'])
  await rm(sets.path('b'), { recursive: true })
  expect(await places(local, none)).toEqual([null, a?.location])
})

test('tables and rows are those that were counted when it was taken, before any rehearsal', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-18T00:00:00Z', { source: { tables: 3 }, rows: { 'full.sql': 42 } })
  const log = await updated(sets)
  expect(log.entries).toMatchObject([{ tables: 3, rows: 42 }])
  expect(renderLog(log)).toContain('- **Table Count:** 3 tables\n- **Record Count:** 42 rows, counted in the dump')
})

test('signing again in a role replaces the name; another role is added', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-01T00:00:00Z')
  const once = signLog(await updated(sets), 'a', grace, clock)
  const twice = signLog(once, 'a', { ...grace, name: 'Ada' }, clock)
  const third = signLog(twice, 'a', { role: 'Release manager', name: 'Bob' }, clock)
  expect(third.entries[0]?.signOffs.map(({ role, name }) => `${role}: ${name}`)).toEqual([
    'Verified by: Ada',
    'Release manager: Bob',
  ])
})

test('no credential gets into the log, wherever it stood', async () => {
  await using sets = await SetFolder.create()
  const secret = 'postgres://app:hunter2@db.example.com/app'
  const texts = {
    name: secret,
    description: secret,
    purpose: `see ${secret}`,
    createdBy: secret,
    retention: 'password=hunter2',
  }
  const digest = await sets.seal('a', '2026-03-01T00:00:00Z', { ...texts, label: secret })
  const place = placeIn(sets)
  const log = await updated(sets)
  await writeLog(place, signLog(log, digest, { role: 'token=hunter2', name: secret }, clock), render)
  const text = await readFile(place.markdown, 'utf8')
  await writeFile(place.markdown, text.replace(notesBegin(digest), `${notesBegin(digest)}\n${secret}\n`))
  await writeLog(place, await updated(sets, await readLog(place, 'shop', false)), render)
  for (const path of [place.markdown, place.json]) expect(await readFile(path, 'utf8')).not.toContain('hunter2')
})

test('what was written by hand elsewhere is not lost unasked, and a source that is none is not taken', async () => {
  await using sets = await SetFolder.create()
  await sets.seal('a', '2026-03-01T00:00:00Z')
  const place = placeIn(sets)
  await writeLog(place, await updated(sets), render)
  const text = await readFile(place.markdown, 'utf8')
  await writeFile(place.markdown, `${text}\nBy the way: the disk was full.\n`)
  await expect(readLog(place, 'shop', false)).rejects.toMatchObject({ code: 'E_LOG_EDITED' })
  expect((await readLog(place, 'shop', true)).entries).toHaveLength(1)
  await writeFile(place.json, '{"kind":"backup-log"}')
  await expect(readLog(place, 'shop', true)).rejects.toMatchObject({ code: 'E_LOG_EDITED' })
  await rm(place.json)
  await expect(readLog(place, 'shop', false)).rejects.toMatchObject({ code: 'E_LOG_EDITED' })
})
