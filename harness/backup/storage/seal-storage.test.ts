import { appendFile, mkdir, mkdtemp, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFiles, openSet, sealSet } from '../index.ts'
import { verifySet } from '../protect/verify-set.ts'
import { checkStorage } from './check-storage.ts'
import { sealStorage } from './seal-storage.ts'
import { layStorage, stored, storedBytes } from './testing/lay-storage.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'seal-storage-')))
  await writeFile(at('full.sql'), 'create table a ();\n')
  await layStorage(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const seal = async () => sealSet(folder, { createdAt: '2026-11-01T00:00:00Z' })
const verify = async () => {
  const options = { identities: null, publicKey: null, memory: null, isLatest: false }
  const findings = await verifySet(await openSet(folder), options)
  return findings.filter(({ status }) => status !== 'same').map(({ code, object }) => `${code} ${object}`)
}

describe('a set with files of Storage', () => {
  test('is sealed by their manifest, and verified file by file', async () => {
    const manifest = await seal()
    expect(manifest.files.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'full full.sql',
      'storage storage/storage-manifest.jsonl',
      'storage storage/storage-summary.json',
    ])
    expect(manifest.storage).toEqual({ objects: 5, bytes: storedBytes })
    const set = await openSet(folder)
    expect(set.problems).toEqual([])
    expect(await verify()).toEqual([])
    expect(await checkStorage(set)).toMatchObject([{ state: 'intact', name: 'storage/files' }])
  })

  test('is sealed again with them when they come later, and hides nothing that changed since', async () => {
    await rm(at('storage'), { recursive: true })
    const before = await seal()
    await layStorage(folder)
    expect((await openSet(folder)).problems.map(({ object, notice }) => [object, notice])).toEqual([
      ['storage/storage-manifest.jsonl', true],
      ['storage/storage-summary.json', true],
    ])
    await appendFile(at('full.sql'), '-- changed')
    const after = await sealStorage(folder)
    expect(after).toMatchObject({ id: before.id, storage: { objects: 5 } })
    expect((await openSet(folder)).problems).toEqual([])
    expect((await checkFiles(await openSet(folder))).map(({ state }) => state)).toEqual(['changed', 'intact', 'intact'])
    expect(await sealStorage(folder)).toEqual(after)
  })

  test('is not sealed while a download has not ended or has lost something', async () => {
    const mutants: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['E_BACKUP_INCOMPLETE', () => writeFile(at('storage/storage-manifest.jsonl.part'), '')],
      ['E_BACKUP_INCOMPLETE', () => rm(at('storage/storage-summary.json'))],
      ['E_BACKUP_INCOMPLETE', () => rm(at('storage/storage-manifest.jsonl'))],
      ['E_BACKUP_MANIFEST', () => appendFile(at('storage/storage-manifest.jsonl'), '{}\n')],
      ['E_BACKUP_FILE_MISSING', () => rm(at('storage/files/avatars/anna.png'))],
      ['E_BACKUP_FILE_MISSING', () => truncate(at('storage/files/avatars/anna.png'), 1)],
    ]
    const seen: unknown[] = []
    for (const [, harm] of mutants) {
      await rm(at('storage'), { recursive: true })
      await layStorage(folder)
      await harm()
      seen.push(
        await seal().catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error)),
      )
    }
    expect(seen).toEqual(mutants.map(([code]) => code))
  })
})

describe('verifying such a set', () => {
  const mutants: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
    [
      'a file is missing',
      () => rm(at('storage/files/avatars/anna.png')),
      ['E_BACKUP_FILE_MISSING storage/files/avatars/anna.png'],
    ],
    [
      'a file has other bytes',
      () => writeFile(at('storage/files/avatars/anna.png'), 'a picture of ANNA'),
      ['E_DUMP_DAMAGED storage/files/avatars/anna.png'],
    ],
    [
      'the storage manifest was tampered with, file and summary too',
      async () => {
        await rm(at('storage'), { recursive: true })
        await mkdir(at('storage'))
        await layStorage(folder)
        const manifest = await readFile(at('storage/storage-manifest.jsonl'), 'utf8')
        await writeFile(at('storage/storage-manifest.jsonl'), manifest.split('\n').slice(1).join('\n'))
      },
      ['E_DUMP_DAMAGED storage/storage-manifest.jsonl', 'E_DUMP_DAMAGED storage/storage-manifest.jsonl'],
    ],
    [
      'the storage manifest is missing',
      () => rm(at('storage/storage-manifest.jsonl')),
      ['E_BACKUP_FILE_MISSING storage/storage-manifest.jsonl', 'E_DUMP_DAMAGED storage/storage-manifest.jsonl'],
    ],
    [
      'all of Storage is missing',
      () => rm(at('storage'), { recursive: true }),
      [
        'E_BACKUP_FILE_MISSING storage/storage-manifest.jsonl',
        'E_BACKUP_FILE_MISSING storage/storage-summary.json',
        'E_DUMP_DAMAGED storage/storage-manifest.jsonl',
      ],
    ],
    [
      'a line leads out of the folder',
      async () => {
        const manifest = await readFile(at('storage/storage-manifest.jsonl'), 'utf8')
        await writeFile(
          at('storage/storage-manifest.jsonl'),
          manifest.replace('"files/avatars/anna.png"}', '"files/../../full.sql"}'),
        )
      },
      ['E_DUMP_DAMAGED storage/storage-manifest.jsonl', 'E_DUMP_DAMAGED storage/storage-manifest.jsonl'],
    ],
  ]
  test.each(mutants)('says that %s', async (_, harm, found) => {
    await seal()
    expect(Object.keys(stored)).toHaveLength(5)
    await harm()
    expect(await verify()).toEqual(found)
  })
})
