import { appendFile, cp, glob, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectDump } from './inspect-dump.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { outlineDump } from './outline-dump.ts'
import { archives, recorded } from './archive/testing/archive-entries.ts'
import type { TextRange } from './outline.ts'
import { replayed, streamed } from './testing/replayed.ts'

const fixtures = new URL('../../fixtures/', import.meta.url).pathname
const dumps = (await Array.fromAsync(glob('*/backups/**/*.{sql,sql.gz,sql.zst}', { cwd: fixtures }))).sort()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outline-dump-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function written(text: string, name = 'dump.sql'): Promise<string> {
  const path = join(folder, name)
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

  it.each([1, 3, 100, 131_071, 131_072, 131_073, 400_000])('gives any %i bytes of the text', async (length) => {
    const text = Array.from({ length: 30_000 }, (_, row) => `${row}\trow ${row}\n`).join('')
    const dump = `COPY t FROM stdin;\n${text}\\.\n`
    const { openText } = await outlineDump(await written(dump))
    await using opened = await openText({})
    const starts = [0, 1, 19, 131_071, 131_072, dump.length - length].filter((from) => from + length <= dump.length)
    const parts = starts.map(async (from) => {
      const chunks = await Array.fromAsync(opened.bytes({ from, to: from + length }))
      return Buffer.concat(chunks).toString()
    })
    expect(await Promise.all(parts)).toEqual(starts.map((from) => dump.slice(from, from + length)))
  })
})

describe('a dump that changes after it was read', () => {
  const dump = 'SELECT 1;\nCOPY t FROM stdin;\n1\n2\n\\.\n'

  it.each<readonly [string, (path: string) => Promise<void>]>([
    ['longer', (path) => appendFile(path, '\n')],
    ['replaced', async (path) => rename(await written(dump, 'other.sql'), path)],
    ['touched', (path) => utimes(path, new Date(), new Date(Date.now() + 5))],
    ['gone', (path) => rm(path)],
  ])('is refused: %s', async (_, change) => {
    const path = await written(dump)
    const { openText } = await outlineDump(path)
    await using text = await openText({})
    await change(path)
    await expect(text.requireUnchanged()).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    await expect(openText({})).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
  })

  it.each(['notes-17.dump', 'notes-17.tar', 'notes-17-folder'])(
    'is refused where it is an archive: %s',
    async (name) => {
      const path = join(folder, `changed-${name}`)
      await cp(join(recorded, name), path, { recursive: true, preserveTimestamps: true })
      const { openText } = await outlineDump(path)
      await using text = await openText({})
      await text.requireUnchanged()
      const file = name.endsWith('folder') ? join(path, '3296.dat.gz') : path
      await appendFile(file, '\n')
      await expect(text.requireUnchanged()).rejects.toMatchObject({ code: 'E_DUMP_CHANGED', hint: expect.any(String) })
      await expect(openText({})).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    },
  )

  it('is refused where a part of its folder is other data, or gone', async () => {
    const path = join(folder, 'parts')
    await cp(join(recorded, 'notes-17-folder'), path, { recursive: true })
    const { outline, openText } = await outlineDump(path)
    await using text = await openText({})
    const copies = (outline ?? []).filter((entry) => entry.kind === 'copy' && entry.rows > 0)
    const [first, second] = copies
    if (first?.kind !== 'copy' || second?.kind !== 'copy') throw new Error('no rows')
    await rename(join(path, '3295.dat.gz'), join(path, '3296.dat.gz'))
    const read = ({ data }: { readonly data: TextRange }) => Array.fromAsync(text.bytes(data))
    const outcomes = await Promise.allSettled([read(first), read(second)])
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toContain('E_DUMP_CHANGED')
  })

  it('is told when what is left is too short, or no INSERT any more', async () => {
    const path = await written('INSERT INTO t VALUES (1);\n'.repeat(3))
    const { outline, openText } = await outlineDump(path)
    await using text = await openText({})
    const [run] = outline ?? []
    if (run?.kind !== 'inserts') throw new Error('no INSERTs')
    await writeFile(path, 'INSERT INTO t VALUES (1);\n')
    await expect(Array.fromAsync(text.entries(run))).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
    await writeFile(path, 'COPY t FROM stdin;\n'.repeat(10))
    await expect(Array.fromAsync(text.entries(run))).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
  })

  it('is no longer read once the caller gives up or closes it', async () => {
    const path = await written(`COPY t FROM stdin;\n${'row\n'.repeat(200_000)}\\.\n`)
    const { openText } = await outlineDump(path)
    const abort = new AbortController()
    const text = await openText({ signal: abort.signal })
    const range = { from: 20, to: 700_000 }
    const reading = text.bytes(range)[Symbol.asyncIterator]()
    await reading.next()
    abort.abort()
    await expect(reading.next()).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
    await text[Symbol.asyncDispose]()
    await expect(Array.fromAsync(text.bytes(range))).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
  })
})
