import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findOracle } from '../harness/restore/testing/oracle-test.ts'

const oracle = await findOracle(17)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpora-test-'))
})
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly lastLine: string | undefined
}

async function corpora(...args: readonly string[]): Promise<Ended> {
  const script = new URL('corpora.ts', import.meta.url).pathname
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env: ownEnvironment() }, (error, stdout) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, stdout, lastLine: stdout.trimEnd().split('\n').at(-1) })
    })
  })
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'REHEARSAL_CACHE', 'REHEARSAL_CLIENTS']
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

const dump = (sql: string): string =>
  `--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 17.6\n\n${sql}\n\n--\n-- PostgreSQL database dump complete\n--\n`

async function pair(name: string, a: string, b: string): Promise<void> {
  await mkdir(join(folder, 'pairs', 'made', name), { recursive: true })
  await writeFile(join(folder, 'pairs', 'made', name, 'a.sql'), dump(a))
  await writeFile(join(folder, 'pairs', 'made', name, 'b.sql'), dump(b))
}

it('passes pairs that are as their list says, and fails those that are not', async () => {
  const [one, other] = ['CREATE TABLE public.t (id integer);', 'CREATE TABLE public.t (id bigint);']
  await pair('right', one, other)
  await pair('equal', one, one)
  await pair('unseen', one, one)
  await pair('alarmed', one, other)
  const list = ['right\tdiffers', 'equal\tsame', 'unseen\tdiffers', 'alarmed\tsame']
  await writeFile(join(folder, 'pairs', 'pairs.tsv'), list.map((line) => `made\t${line}\n`).join(''))
  const all = await corpora(folder, '--only', 'pairs/')
  expect(all).toMatchObject({ code: 1, lastLine: '2 passed, 2 failed, 0 skipped' })
  expect(all.stdout).toContain('they differ, and the comparison does not see it')
  expect(await corpora(folder, '--only', 'right')).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed, 0 skipped' })
})

it.skipIf(oracle.isSkipped)(`restores a dump by both, and says what it could not read (${oracle.title})`, async () => {
  await mkdir(join(folder, 'dumps'))
  // Spelled in a way of its own by every major from 16 on.
  const view = `CREATE VIEW public.v AS SELECT t.id FROM public.t WHERE t.id::text IN ('1', '2');\n`
  const table = 'CREATE TABLE public.t (id integer);\nCOPY public.t (id) FROM stdin;\n1\n2\n\\.\n'
  await writeFile(join(folder, 'dumps', 'good.sql'), dump(`${table}${view}ALTER TABLE public.t OWNER TO somebody;`))
  await writeFile(join(folder, 'dumps', 'again.sql'), dump(`${table}${view}ALTER TABLE public.t OWNER TO somebody;`))
  await writeFile(join(folder, 'dumps', 'no-archive.dump'), 'not an archive')
  const { code, stdout, lastLine } = await corpora(folder, '--only', 'dumps/')
  expect(lastLine).toBe('1 passed, 1 failed, 1 skipped')
  expect(code).toBe(1)
  // Whichever of the two equal ones was begun first.
  expect(stdout).toMatch(/(?:good|again)\.sql +1 +2 +4 +0\/0 +equal +[1-9] +0 .*passed/)
})

it('refuses to run on nothing', async () => {
  await mkdir(join(folder, 'empty'))
  expect(await corpora(join(folder, 'empty'))).toMatchObject({ code: 64, stdout: '' })
  expect(await corpora()).toMatchObject({ code: 64, stdout: '' })
  expect(await corpora(folder, '--unknown')).toMatchObject({ code: 64, stdout: '' })
})
