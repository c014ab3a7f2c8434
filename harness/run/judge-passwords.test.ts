import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-passwords-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hash = 'md5' + '0123456789abcdef'.repeat(2)

async function noticesWith(roles: string): Promise<readonly (string | null)[]> {
  const text = `--\n-- PostgreSQL database cluster dump\n--\n\n${roles}\n--\n-- PostgreSQL database cluster dump complete\n--\n\n`
  await writeFile(join(folder, 'roles.sql'), text)
  await writeFile(join(folder, 'full_database_backup.sql'), dumpWith({}))
  const { record } = await rehearseDump(folder)
  expect(record.verdict.answer).toBe('GO')
  return record.findings
    .filter(({ notice, message }) => notice && message.includes('log in'))
    .map(({ object }) => object)
}

it('names roles that may log in and come without a password', async () => {
  const found = await noticesWith(`CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE readers;
ALTER ROLE readers WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE sync;
ALTER ROLE sync WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
`)
  expect(found).toEqual(['app', 'sync'])
})

it('names many in one line', async () => {
  const roles = ['a', 'b', 'c', 'd'].map((name) => `CREATE ROLE ${name};\nALTER ROLE ${name} WITH LOGIN;\n`)
  expect(await noticesWith(roles.join(''))).toEqual([null])
})

it('says nothing where they have one', async () => {
  const found = await noticesWith(`CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD '${hash}';
`)
  expect(found).toEqual([])
})
