import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSet, readToolLogs } from './index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tool-logs-'))
  await writeFile(join(folder, 'full.sql'), 'SELECT 1;\n')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function complaintsOf(text: string, name = 'pg_dump.log'): Promise<readonly string[]> {
  await writeFile(join(folder, name), text)
  const complaints = await readToolLogs(await openSet(folder))
  return complaints.map(({ file, line, isDamage }) => `${file} ${line} ${isDamage ? 'damage' : 'complaint'}`)
}

describe('logs beside a dump', () => {
  it.each([
    'WARNING:  invalid page in block 3 of relation base/5/16397; zeroing out page',
    'WARNING:  page verification failed, calculated checksum 31 but expected 32',
    'pg_dump: error: Error message from server: ERROR:  missing chunk number 0 for toast value 16420 in pg_toast_16393',
    'WARNING:  checksum verification failed in file "./base/1/2619", block 3: calculated 1F but expected 2F',
    'P00   WARN: invalid page checksum found in file base/1/555 at page 1',
    'ERROR:  could not read blocks 3..3 in file "base/5/16397": read only 0 of 8192 bytes',
  ])('tell of damage: %s', async (line) => {
    expect(await complaintsOf(`starting\n${line}\n`)).toEqual(['pg_dump.log 2 damage'])
  })

  it.each([
    'pg_dump: error: connection to server at "db" failed: FATAL:  role "x" does not exist',
    'pg_dump: warning: there are circular foreign-key constraints on this table:',
    '2026-11-20 02:00:01 UTC [77] ERROR:  canceling statement due to statement timeout',
  ])('tell of what went wrong: %s', async (line) => {
    expect(await complaintsOf(`${line}\n`, 'dump.err')).toEqual(['dump.err 1 complaint'])
  })

  it('are quiet of all else, and files that are no logs are not read', async () => {
    expect(await complaintsOf('pg_dump: dumping contents of table "public.errors"\n0 checksum failures\n')).toEqual([])
    expect(await complaintsOf('WARNING:  invalid page in block 3\n', 'notes.md')).toEqual([])
  })

  it('hide what a line says of credentials', async () => {
    await writeFile(join(folder, 'a.log'), 'pg_dump: error: postgresql://me:geheim@db/x: timeout\n')
    const [found] = await readToolLogs(await openSet(folder))
    expect(found?.text).not.toContain('geheim')
  })
})
