import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { advisoriesAgainst, embeddedEngine, readProgramVersion } from '../engine/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-lacks-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function rehearse(definitions: string, version = '17.10') {
  const backup = join(folder, 'full.sql')
  await writeFile(backup, dumpWith({ definitions }).replaceAll('17.10', version))
  const { record } = await rehearseDump(backup, { engine: embeddedEngine() })
  const findings = record.findings.filter(({ status }) => status !== 'same')
  return {
    answer: record.verdict.answer,
    version: record.engine?.version ?? '',
    red: findings.filter(({ notice }) => !notice).map(({ check, status, object }) => `${check} ${status} ${object}`),
    messages: findings.map(({ message }) => message).join('\n'),
    notices: findings.filter(({ notice }) => notice).map(({ object }) => object),
  }
}

describe('what this engine lacks leaves a backup UNDECIDED, with what goes unchecked by name', () => {
  it.each<[what: string, definitions: string, object: string]>([
    [
      'libc locale xx_YY.utf8',
      'CREATE TABLE public.names (a text COLLATE pg_catalog."xx_YY.utf8");\nCREATE INDEX names_a ON public.names USING btree (a);',
      'public.names',
    ],
    [
      'libc locale xx_YY.utf8',
      `CREATE COLLATION public.ours (provider = libc, locale = 'xx_YY.utf8');\nCREATE TABLE public.t (a text COLLATE public.ours);`,
      'public.ours',
    ],
    [
      'library $libdir/ours',
      `CREATE FUNCTION public.fast(integer) RETURNS integer LANGUAGE c STRICT AS '$libdir/ours', 'fast';`,
      'public.fast',
    ],
    ['language plrust', 'CREATE FUNCTION public.f() RETURNS integer LANGUAGE plrust AS $$ Ok(Some(1)) $$;', 'public.f'],
    [
      'extension plpython3u',
      'CREATE EXTENSION plpython3u WITH SCHEMA pg_catalog;\nCREATE FUNCTION public.f() RETURNS integer LANGUAGE plpython3u AS $$ return 1 $$;',
      'public.f',
    ],
    ['extension hstore 0.9', `CREATE EXTENSION hstore WITH SCHEMA public VERSION '0.9';`, 'hstore'],
    [
      'access method columnar',
      'SET default_table_access_method = columnar;\nCREATE TABLE public.wide ();\nSET default_table_access_method = heap;',
      'default_table_access_method',
    ],
  ])('%s, %#', async (what, definitions, object) => {
    const { answer, red, messages } = await rehearse(definitions)
    expect(red.filter((line) => line.includes(' differs '))).toEqual([])
    expect(red).toContain(`engine not-checked ${what}`)
    expect(messages).toContain(object)
    expect(answer).toBe('UNDECIDED')
  })

  it('and excuses nothing beside it', async () => {
    const { answer, red } = await rehearse(
      'CREATE TABLE public.names (a text COLLATE pg_catalog."xx_YY.utf8");\nCREATE TABLE public.other (a public.nothing);',
    )
    expect(red).toContain('restore differs public.other')
    expect(answer).toBe('NO-GO')
  })
})

describe('what a copy holds the same without takes nothing from the answer', () => {
  it('a tablespace, however the dump names it', async () => {
    const { answer, red, notices } = await rehearse(
      `CREATE TABLESPACE fast OWNER postgres LOCATION '/nonexistent/fast';
GRANT CREATE ON TABLESPACE fast TO postgres;
SET default_tablespace = fast;
CREATE TABLE public.hot (id integer);
COPY public.hot (id) FROM stdin;
1
\\.
SET default_tablespace = '';`,
    )
    expect(red).toEqual([])
    expect(answer).toBe('GO')
    expect(notices).toContain('tablespace fast')
  })

  it("a minor of the server's that lacks known fixes, which is said", async () => {
    const { answer, notices, version } = await rehearse('')
    const read = readProgramVersion(version)
    expect(notices.includes('server version')).toBe(read !== null && advisoriesAgainst('server', read).length > 0)
    expect(answer).toBe('GO')
  })
})

describe('a major that is not at hand', () => {
  it('is replaced by the next higher', async () => {
    const { answer, messages } = await rehearse('', '16.4')
    expect(messages).toContain("restored into PostgreSQL 17, for 16 isn't at hand")
    expect(answer).toBe('GO')
  })

  it('and above all that are at hand is restored nowhere', async () => {
    const { answer, messages } = await rehearse('', '99.1')
    expect(answer).toBe('UNDECIDED')
    expect(messages).toMatch(/no embedded PostgreSQL 99 or later is installed/)
  })
})
