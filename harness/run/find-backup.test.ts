import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findLatestSet } from '../backup/index.ts'
import { silentProgress, systemClock } from '../core/index.ts'
import { checkArtefacts } from './find-backup.ts'
import { FindingBook } from './finding-book.ts'

const dumps = { 'roles.sql': 'create role reporting;\n', 'full_database_backup.sql': 'select 1;\n' } as const

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-backup-'))
  for (const [name, text] of Object.entries(dumps)) await writeFile(join(folder, name), text)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function found() {
  const book = new FindingBook()
  const set = await findLatestSet(folder, systemClock)
  await checkArtefacts(set, { signal: new AbortController().signal, progress: silentProgress }, book)
  return book.findings.map(({ status, notice, object, message }) => [notice ? 'notice' : status, object, message])
}

async function seal(name: keyof typeof dumps): Promise<void> {
  const sum = createHash('sha256').update(dumps[name]).digest('hex')
  await writeFile(join(folder, `${name}.sha256`), `${sum}  ${name}\n`)
}

describe('files that nothing was written down about', () => {
  test('are not said to be what was written', async () => {
    expect(await found()).toEqual([['same', null, 'nothing was written down at backup time about 2 files']])
  })

  test('are no count beside one that is, but a notice', async () => {
    await seal('full_database_backup.sql')
    expect(await found()).toEqual([
      ['same', 'full_database_backup.sql', 'full_database_backup.sql is as it was sealed'],
      ['notice', null, 'roles.sql: nothing was written down about it'],
    ])
  })

  test('are not spoken of where all of them were sealed', async () => {
    await seal('full_database_backup.sql')
    await seal('roles.sql')
    expect((await found()).map(([status]) => status)).toEqual(['same', 'same'])
  })
})
