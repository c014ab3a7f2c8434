import { describe, expect, test } from 'vitest'
import { chooseRestore, type DumpHolds } from './choose-restore.ts'
import { classifyFiles } from './classify-files.ts'
import type { BackupFile } from './types.ts'

const set = (names: readonly string[], missing: readonly string[] = []) => {
  const kinds = classifyFiles(names)
  return {
    files: names.map((name): BackupFile => {
      const part = { name, path: `/s/${name}`, present: !missing.includes(name), bytes: 10, expected: null }
      const kind = kinds.get(name) ?? 'other'
      return { ...part, kind, kindSource: 'name', form: 'file', sha256: null, rows: null, parts: [part] }
    }),
  }
}
const namesOf = (choice: ReturnType<typeof chooseRestore>) => choice.files.map((file) => file.name)
const script = [
  'backup_info.txt',
  'data_only_backup.sql',
  'full_database_backup.sql',
  'public_schema_backup.sql',
  'schema_only_backup.sql',
  'table_objects_backup.sql',
]
const schemaOnly: DumpHolds = { schema: true, data: false, roles: false }
const dataOnly: DumpHolds = { schema: false, data: true, roles: false }

describe('what is restored from a set', () => {
  test.each([
    ["the script's folder", script, ['full_database_backup.sql']],
    ["the CLI's three files", ['data.sql', 'roles.sql', 'schema.sql'], ['roles.sql', 'schema.sql', 'data.sql']],
    ['two of them', ['data.sql', 'schema.sql'], ['schema.sql', 'data.sql']],
    ['a full dump with roles', ['full.dump', 'roles.sql'], ['roles.sql', 'full.dump']],
    ['only a schema', ['schema.sql'], ['schema.sql']],
    ['only tables', ['table_b_backup.sql', 'table_a_backup.sql'], ['table_b_backup.sql', 'table_a_backup.sql']],
    ['a public schema with data', ['data.sql', 'public_schema_backup.sql'], ['public_schema_backup.sql', 'data.sql']],
    ['no dump', ['notes.txt'], []],
  ])('%s', (_, names, expected) => {
    const choice = chooseRestore(set(names))
    expect(namesOf(choice)).toEqual(expected)
    expect(choice.others.map((file) => file.name)).toEqual(names.filter((name) => !expected.includes(name)))
    expect(choice.why).not.toBe('')
  })

  test('never a file that is not there', () => {
    expect(namesOf(chooseRestore(set(script, ['full_database_backup.sql'])))).toEqual([
      'schema_only_backup.sql',
      'data_only_backup.sql',
    ])
  })

  test('a dump called full that holds no rows is completed by the data', () => {
    const holds = new Map([
      ['full_database_backup.sql', schemaOnly],
      ['schema_only_backup.sql', schemaOnly],
      ['data_only_backup.sql', dataOnly],
    ])
    expect(namesOf(chooseRestore(set(script), holds))).toEqual(['schema_only_backup.sql', 'data_only_backup.sql'])
  })

  test('a cluster dump brings its roles itself', () => {
    const holds = new Map([['cluster.sql', { schema: true, data: true, roles: true }]])
    expect(namesOf(chooseRestore(set(['cluster.sql', 'roles.sql']), holds))).toEqual(['cluster.sql'])
  })
})
