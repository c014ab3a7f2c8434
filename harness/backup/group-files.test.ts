import { describe, expect, test } from 'vitest'
import { classifyFiles } from './classify-files.ts'
import { groupFiles } from './group-files.ts'
import { isDumpName } from './name-kind.ts'

describe('what a file is by its name', () => {
  test.each([
    ['full_database_backup.sql', 'full'],
    ['schema_only_backup.sql', 'schema'],
    ['data_only_backup.sql', 'data'],
    ['public_schema_backup.sql', 'public-schema'],
    ['table_objects_backup.sql', 'table'],
    ['table_data_backup.sql', 'table'],
    ['backup_info.txt', 'log'],
    ['roles.sql', 'roles'],
    ['schema.sql', 'schema'],
    ['data.sql', 'data'],
    ['globals.sql.gz', 'roles'],
    ['production_full_backup_20251022_101500.sql', 'full'],
    ['production_schema_backup_20251022_101500.sql', 'schema'],
    ['production_data_backup_20251022_101500.sql', 'data'],
    ['production_public_schema_20251022_101500.sql', 'public-schema'],
    ['production_auth_reference_20251022_101500.sql', 'other'],
    ['production_policies_backup_20251022_101500.sql', 'policies'],
    ['production_functions_backup_20251022_101500.sql', 'functions'],
    ['storage_manifest_20251022_101500.txt', 'storage'],
    ['db_cluster-22-10-2025@03-15-00.backup.gz', 'full'],
    ['edupath.dump', 'full'],
    ['metadata.dump', 'full'],
    ['backup-20251022.sql', 'full'],
    ['baseline.json', 'baseline'],
    ['production-backup-log-2025-10-22.md', 'log'],
  ])('%s is %s', (name, kind) => {
    expect(classifyFiles([name]).get(name)).toBe(kind)
  })

  test("a table of the guide's is one only beside its whole dumps", () => {
    const table = 'backup_objects_20251022_101500.sql'
    expect(classifyFiles([table]).get(table)).toBe('full')
    expect(classifyFiles([table, 'production_full_backup_20251022_101400.sql']).get(table)).toBe('table')
  })

  test.each([
    'a.sql.sha256',
    'a.sql.gz.md5',
    'a.dump.sig',
    'a.dump.asc',
    'a.json',
    'a.log',
    'a.sql.part',
    'a.sql.tmp',
    'a.sql.partial',
    'a.sql.crdownload',
    'a.sql~',
    '.a.sql',
    'SHA256SUMS',
    'a.sql.gpg',
    'a.txt',
    'restore.sh',
    'a.part.sql.part.1',
  ])('%s is never a dump', (name) => {
    expect(isDumpName(name)).toBe(false)
  })
})

describe('which loose files are of one backup', () => {
  test("the guide's commands, run one after another, are one; the next day's are another", () => {
    const names = (day: string) => [
      `production_full_backup_202510${day}_101500.sql`,
      `production_schema_backup_202510${day}_102100.sql`,
      `production_data_backup_202510${day}_102200.sql`,
      `backup_objects_202510${day}_102900.sql`,
      `storage_manifest_202510${day}_103000.txt`,
    ]
    const groups = groupFiles([...names('22'), ...names('23')])
    expect(groups.map((group) => [...group].sort())).toEqual([names('22').sort(), names('23').sort()])
  })

  test('single dumps by date are one backup each', () => {
    expect(groupFiles(['a-2025-10-22.sql', 'a-2025-10-23.sql', 'a-2025-10-23.sql.sha256'])).toEqual([
      ['a-2025-10-22.sql'],
      ['a-2025-10-23.sql', 'a-2025-10-23.sql.sha256'],
    ])
  })

  test("the script's folder is one, with everything in it", () => {
    const names = ['backup_info.txt', 'data_only_backup.sql', 'full_database_backup.sql', 'table_media_backup.sql']
    expect(groupFiles(names)).toEqual([names])
  })

  test('dumps without a time that are each a whole are one backup each', () => {
    expect(groupFiles(['chakai.dump', 'edupath.dump'])).toEqual([['chakai.dump'], ['edupath.dump']])
  })

  test('an encrypted copy beside its dump is no other backup', () => {
    const names = ['a-2025-10-22.sql', 'a-2025-10-22.sql.gpg']
    expect(groupFiles(names)).toEqual([names])
  })

  test('a download right after a backup is of the next one', () => {
    expect(groupFiles(['a-2025-10-22T10-00Z.sql', 'a-2025-10-22T10-05Z.sql.part'])).toEqual([
      ['a-2025-10-22T10-00Z.sql'],
    ])
    const files = ['production_schema_backup_20251022_101500.sql', 'production_data_backup_20251022_102200.sql.part']
    expect(groupFiles(files)).toEqual([files])
  })

  test('what is only a download in progress is no backup', () => {
    expect(groupFiles(['a-2025-10-22.sql.part', 'notes.txt'])).toEqual([])
  })
})
