import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copySet } from '../../fixtures/breaking/copy-set.ts'
import { sealAgain } from '../../fixtures/breaking/break-set.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unread-dump-'))
  await copySet(join(fixtures, 'edupath', 'backups', '2026-11-08-pg17'), folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function rehearseWith(change: (dump: Buffer) => Buffer): Promise<Awaited<ReturnType<typeof rehearseSet>>> {
  await rm(join(folder, 'schema_only_backup.sql'))
  const path = join(folder, 'full_database_backup.sql')
  await writeFile(path, change(await readFile(path)))
  await sealAgain(folder)
  return rehearseSet('edupath', { backup: folder })
}

describe('a set whose dump can not be read', () => {
  it('is not held against production by its roles alone, where its form is one that nobody here knows', async () => {
    const rehearsed = await rehearseWith(() => Buffer.from('PGDMP\u0001\u0063\u0000\u0004\u0008\u0001'.repeat(20)))
    expect(rehearsed.record.verdict.answer).toBe('UNDECIDED')
    expect(rehearsed.record.findings.filter(({ status, notice }) => status === 'differs' && !notice)).toEqual([])
    expect(redOf(rehearsed).join()).toContain('could not be read')
  })

  it('is damned where the dump is at fault', async () => {
    const rehearsed = await rehearseWith((dump) => dump.subarray(0, 200_000))
    expect(rehearsed.record.verdict.answer).toBe('NO-GO')
  })
})
