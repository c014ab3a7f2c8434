import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startStorageServer, storageTables, type StorageServer } from '../../fixtures/storage-server/index.ts'
import { Secret, systemClock } from '../core/index.ts'
import { downloadStorage, openStorage } from '../supabase/storage/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

let folder = ''
let server: StorageServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-storage-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  server = await startStorageServer()
  server.shelf.addBucket('avatars')
  for (const name of ['anna.png', 'ben.png']) {
    server.shelf.put('avatars', name, { content: Buffer.from(name), mimetype: 'image/png' })
  }
  await rm(join(folder, 'storage'), { recursive: true, force: true })
})
afterEach(() => server[Symbol.asyncDispose]())

/** A dump with the rows that the server's table would have. */
function dump(): string {
  const rows = server.shelf.names('avatars').map((name) => {
    const object = server.shelf.get('avatars', name)
    return `INSERT INTO storage.objects (bucket_id, name, metadata, updated_at)
      VALUES ('avatars', '${name}', '${JSON.stringify(object?.metadata)}', '${object?.updated_at}');`
  })
  return [
    ...storageTables.map((statement) => `${statement};`),
    `INSERT INTO storage.buckets (id, name) VALUES ('avatars', 'avatars');`,
    ...rows,
    '',
  ].join('\n')
}

async function bringFiles(): Promise<void> {
  const { signal } = new AbortController()
  const project = await openStorage({ url: server.url, key: new Secret(server.key, 'env:KEY'), signal })
  const { failed } = await downloadStorage(project, {
    folder: join(folder, 'storage'),
    clock: systemClock,
    signal,
    parallel: 2,
  })
  expect(failed).toEqual([])
}

async function storageFindings(definitions: string, backup = join(folder, 'full.sql')) {
  await writeFile(join(folder, 'full.sql'), dumpWith({ definitions }))
  const { record } = await rehearseDump(backup)
  return {
    required: record.verdict.checks.some(({ check, required }) => check === 'storage' && required),
    answer: record.verdict.answer,
    found: record.findings
      .filter(({ check }) => check === 'storage')
      .map(({ status, notice, object, message }) => `${notice ? 'notice' : status}: ${object ?? message}`),
  }
}

describe('a set with files of Storage', () => {
  it('is GO where every row has its file', async () => {
    await bringFiles()
    expect(await storageFindings(dump())).toEqual({
      required: true,
      answer: 'GO',
      found: ['same: 2 files (15 B) are those of storage.objects'],
    })
  })

  it('takes none of them for a dump, whatever their users called them', async () => {
    server.shelf.put('avatars', 'full_database_backup.sql', { content: Buffer.from('-- no dump') })
    server.shelf.put('avatars', 'toc.dat', { content: Buffer.from('PGDMP') })
    await bringFiles()
    expect(await storageFindings(dump(), folder)).toMatchObject({ required: true, answer: 'GO' })
  })

  it('is NO-GO where a row has none, and names it; a file too many is a notice', async () => {
    await bringFiles()
    server.shelf.remove('avatars', 'ben.png')
    server.shelf.put('avatars', 'clara.png', { content: Buffer.from('clara') })
    expect(await storageFindings(dump())).toEqual({
      required: true,
      answer: 'NO-GO',
      found: ['differs: avatars/clara.png', 'notice: avatars/ben.png'],
    })
  })

  it('is NO-GO where a file is missing or changed since the download', async () => {
    await bringFiles()
    await rm(join(folder, 'storage/files/avatars/anna.png'))
    await writeFile(join(folder, 'storage/files/avatars/ben.png'), 'BEN.png')
    const { answer, found } = await storageFindings(dump())
    expect({ answer, found: found.toSorted() }).toEqual({
      answer: 'NO-GO',
      found: ['differs: avatars/anna.png', 'differs: avatars/ben.png'],
    })
  })

  it('is NO-GO where the download never ended', async () => {
    await bringFiles()
    await rm(join(folder, 'storage/storage-summary.json'))
    expect(await storageFindings(dump())).toMatchObject({ required: true, answer: 'NO-GO' })
  })

  it('is UNDECIDED where the dump brings no rows to hold them against', async () => {
    await bringFiles()
    expect(await storageFindings('')).toMatchObject({ required: true, answer: 'UNDECIDED' })
  })
})

describe('a set without them', () => {
  it('says of each bucket that its files are not in the backup', async () => {
    expect(await storageFindings(dump())).toEqual({ required: false, answer: 'GO', found: ['notice: avatars'] })
  })

  it('says nothing where there is no Storage', async () => {
    expect(await storageFindings('')).toEqual({ required: false, answer: 'GO', found: [] })
  })
})
