import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectDump } from './inspect-dump.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { outlineDump } from './outline-dump.ts'
import { archives, recorded } from './archive/testing/archive-entries.ts'
import { replayed, streamed } from './testing/replayed.ts'

const fixtures = new URL('../../fixtures', import.meta.url).pathname
const dumps = (await Array.fromAsync(glob('*/backups/**/*.{sql,sql.gz,sql.zst}', { cwd: fixtures }))).sort()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outline-dump-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function written(text: string): Promise<string> {
  const path = join(folder, 'dump.sql')
  await writeFile(path, text)
  return path
}

async function outlineOf(text: string, options: OpenDumpOptions = {}) {
  const path = await written(text)
  const { outline, openText } = await outlineDump(path, options)
  if (outline === null) return null
  await using opened = await openText({})
  expect(await replayed(outline, opened)).toEqual(await streamed(path, options))
  expect(await replayed(outline, opened, { parallel: true })).toEqual(await streamed(path, options))
  return outline
}

const plain = dumps.map((name) => join(fixtures, name))
const paths = [...plain, ...archives.map(([name]) => join(recorded, name))]

describe('the outline of a dump', () => {
  it.each(paths.map((path) => [path.split('/').slice(-2).join('/'), path] as const))(
    'gives again what the dump holds: %s',
    async (_, path) => {
      const { summary, outline, openText } = await outlineDump(path)
      expect(summary).toEqual(await inspectDump(path))
      const commands = await streamed(path)
      if (outline === null) throw new Error('no outline')
      await using text = await openText({})
      expect(await replayed(outline, text)).toEqual(commands)
      expect(await replayed(outline, text, { parallel: true })).toEqual(commands)
      await text.requireUnchanged()
    },
  )

  it('joins INSERTs into one table, however they are written', async () => {
    const outline = await outlineOf(`SET standard_conforming_strings = on;
INSERT INTO public.a VALUES (1), (2);
-- between; nothing
INSERT INTO public.a (x) VALUES (3);;
  insert into public.a values (4) ON CONFLICT DO NOTHING;
INSERT INTO public.b VALUES ('\\');
SET standard_conforming_strings = off;
INSERT INTO public.b VALUES ('\\'; COMMIT');
INSERT INTO public.b VALUES (2);
`)
    expect(outline).toMatchObject([
      { kind: 'statement' },
      { kind: 'inserts', table: { schema: 'public', name: 'a' }, rows: 4, line: 2, standardStrings: true },
      { kind: 'inserts', table: { schema: 'public', name: 'b' }, rows: 1, standardStrings: true },
      { kind: 'statement' },
      { kind: 'inserts', table: { schema: 'public', name: 'b' }, rows: 2, standardStrings: false },
    ])
  })

  it('begins a new run where one is long enough, between statements only', async () => {
    const insert = `INSERT INTO t VALUES ${'(1),'.repeat(99)}(1);\n`
    const outline = await outlineOf(insert.repeat(10), { limits: { runBytes: 1000, insertBytes: 50 } })
    expect(outline).toHaveLength(4)
    expect(outline?.map((entry) => entry.kind === 'inserts' && entry.rows)).toEqual([300, 300, 300, 100])
  })

  it('cuts a long INSERT again as it was cut first, its tail with each piece', async () => {
    const long = `INSERT INTO t VALUES ${'(1),\n'.repeat(500)}(1) ON CONFLICT DO NOTHING;\n`
    const outline = await outlineOf(`SELECT 1;\n${long}${long.replaceAll('ON CONFLICT DO NOTHING', '')}${long}`, {
      limits: { insertBytes: 100 },
    })
    expect(outline).toMatchObject([{ kind: 'statement' }, { kind: 'inserts', rows: 1503, line: 2 }])
  })

  it('keeps a transaction of the dump together, whatever is in it', async () => {
    const outline = await outlineOf(`--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--
BEGIN;
SELECT pg_catalog.lo_open('1', 131072);
SELECT pg_catalog.lowrite(0, '\\x00');
INSERT INTO t VALUES (1), (2);
SAVEPOINT a;
ROLLBACK TO SAVEPOINT a;
COMMIT AND CHAIN;
SELECT pg_catalog.lo_close(0);
END;
SELECT pg_catalog.lo_create('2');
START TRANSACTION;
SELECT 1;
COMMIT;
`)
    expect(outline).toMatchObject([
      { kind: 'transaction', label: { type: 'BLOBS' }, line: 4 },
      { kind: 'statement', verb: 'SELECT lo_create' },
      { kind: 'transaction', line: 14 },
    ])
  })

  it('is not given where rows lie in a transaction, or where it would be too long', async () => {
    expect(await outlineOf('BEGIN;\nCOPY t FROM stdin;\n1\n\\.\nCOMMIT;\n')).toBeNull()
    expect(await outlineOf('SELECT 1;\n'.repeat(101), { limits: { outlineEntries: 100 } })).toBeNull()
    expect(await outlineOf('SELECT 1;\n'.repeat(101), { limits: { outlineBytes: 900 } })).toBeNull()
    expect(await outlineOf('SELECT 1;\n'.repeat(100), { limits: { outlineEntries: 100 } })).toHaveLength(100)
  })

  it('ends before what is damaged', async () => {
    const { summary, outline } = await outlineDump(await written('SELECT 1;\nCOPY t FROM stdin;\n1\n'))
    expect(summary.problems).toMatchObject([{ code: 'E_DUMP_TRUNCATED', fatal: true }])
    expect(outline).toMatchObject([{ kind: 'statement' }])
    const inserts = await outlineDump(await written('INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2)'))
    expect(inserts.outline).toMatchObject([{ kind: 'inserts', rows: 1, range: { from: 0, to: 25 } }])
  })
})
