import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sealSet } from './seal-set.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = new Date('2025-10-22T08:15:00Z')

describe('sealing a set', () => {
  test('writes every file with its kind, size and digest, sorted, and the same bytes every time', async () => {
    await writeFile(join(folder, 'schema_only_backup.sql'), 'CREATE TABLE t();\n')
    await writeFile(join(folder, 'full_database_backup.sql'), '')
    await mkdir(join(folder, 'prod'))
    await writeFile(join(folder, 'prod', 'toc.dat'), 'PGDMP')
    await writeFile(join(folder, '.DS_Store'), 'x')
    const manifest = await sealSet(folder, { name: 'nightly', createdAt: at, rows: { 'full_database_backup.sql': 0 } })
    expect(manifest.files).toEqual([
      {
        name: 'full_database_backup.sql',
        kind: 'full',
        bytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        rows: 0,
      },
      expect.objectContaining({ name: 'prod/toc.dat', kind: 'full', bytes: 5 }),
      expect.objectContaining({ name: 'schema_only_backup.sql', kind: 'schema', bytes: 18 }),
    ])
    const first = await readFile(join(folder, 'manifest.json'), 'utf8')
    await sealSet(folder, { name: 'nightly', createdAt: at, rows: { 'full_database_backup.sql': 0 }, replace: true })
    expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(first)
    expect(manifest.id).toMatch(/^20251022T081500Z-[0-9a-f]{8}$/)
  })

  test('will not seal twice: that would hide what changed since', async () => {
    await writeFile(join(folder, 'a.sql'), 'x')
    await sealSet(folder)
    await expect(sealSet(folder)).rejects.toMatchObject({ code: 'E_USAGE' })
  })

  test('will not seal a set that is being written, is empty, or holds what is no file', async () => {
    await expect(sealSet(folder)).rejects.toMatchObject({ code: 'E_BACKUP_NONE' })
    await writeFile(join(folder, 'a.sql.part'), 'x')
    await expect(sealSet(folder)).rejects.toMatchObject({ code: 'E_BACKUP_INCOMPLETE' })
    await rm(join(folder, 'a.sql.part'))
    await symlink('/etc/hostname', join(folder, 'a.sql'))
    await expect(sealSet(folder)).rejects.toMatchObject({ code: 'E_BACKUP_UNSAFE_FILE' })
  })

  test('refuses details that a manifest cannot hold', async () => {
    await writeFile(join(folder, 'a.sql'), 'x')
    await expect(sealSet(folder, { name: '' })).rejects.toMatchObject({ code: 'E_USAGE' })
    await expect(sealSet(folder, { createdAt: 'yesterday' })).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})
