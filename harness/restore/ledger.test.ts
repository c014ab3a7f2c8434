import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import { restoreDumps } from './restore-dumps.ts'
import { startServer } from './testing/twins.ts'
import type { RestoreLedger } from './types.ts'

let server: DisposableServer
let folder: string
let restores = 0

beforeAll(async () => {
  server = await startServer(17)
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})

const header = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n"
const footer = '--\n-- PostgreSQL database dump complete\n--\n\n'

interface Restored {
  readonly ledger: RestoreLedger
  readonly database: string
}

/** A dump of these lines, into a new database. */
async function restore(...lines: readonly string[]): Promise<Restored> {
  return restoreText(`${header}${lines.join('\n')}\n${footer}`)
}

async function restoreText(text: string): Promise<Restored> {
  restores += 1
  const database = `ledger_${restores}`
  await server.createDatabase(database)
  return restoreInto(database, text)
}

async function restoreInto(database: string, text: string): Promise<Restored> {
  const path = join(folder, `${database}.sql`)
  await writeFile(path, text)
  const ledger = await restoreDumps([{ path, name: 'dump.sql' }], server, {
    database,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: text.length,
  })
  return { ledger, database }
}

async function rowsOf(database: string, table: string): Promise<string | null | undefined> {
  await using session = await server.connect(database)
  const [row] = await session.query(`SELECT pg_catalog.count(*) AS rows FROM ${table}`)
  return row?.['rows']
}

function refusals({ refused }: RestoreLedger): readonly (readonly [string, string | null, string, string])[] {
  return refused.map(({ verb, object, refusal, meaning }) => [verb, object, refusal.code, meaning])
}

describe('the ledger', () => {
  it('holds every statement, and counts rows on both sides', async () => {
    const { ledger, database } = await restore(
      'CREATE TABLE public.t (id integer, word text);',
      'COPY public.t (id, word) FROM stdin;',
      '1\ta',
      '2\t\\N',
      '3\t\\\\.',
      '\\.',
      "INSERT INTO public.t VALUES (4, 'd'), (5, 'e');",
      "SELECT pg_catalog.set_config('search_path', '', false);",
    )
    expect(ledger).toMatchObject({
      databases: [database],
      statementsLoaded: 5,
      loadedByVerb: { COPY: 1, 'CREATE TABLE': 1, INSERT: 1, SET: 1, 'SELECT set_config': 1 },
      refused: [],
      skipped: [],
      orphans: [],
      missingExtensions: [],
      tables: [{ database, schema: 'public', name: 't', rowsInDump: 5, rowsLoaded: 5 }],
    })
    expect(await rowsOf(database, 'public.t')).toBe('5')
  })

  it('says which table lost its rows to a bad value, and where', async () => {
    const { ledger, database } = await restore(
      'CREATE TABLE public.t (id integer);',
      'COPY public.t (id) FROM stdin;',
      '1',
      '2',
      'three',
      '4',
      '\\.',
      'CREATE TABLE public.later ();',
    )
    expect(refusals(ledger)).toEqual([['COPY', 'public.t', '22P02', 'loss']])
    expect(ledger.refused[0]).toMatchObject({ file: 'dump.sql', line: 7 })
    expect(ledger.tables).toMatchObject([{ name: 't', rowsInDump: 4, rowsLoaded: 0 }])
    expect(ledger.loadedByVerb['CREATE TABLE']).toBe(2)
    expect(await rowsOf(database, 'public.later')).toBe('0')
  })

  it('counts the rows of a table whose definition is missing, and goes on behind them', async () => {
    const { ledger } = await restore(
      'COPY public.lost (id) FROM stdin;',
      '1',
      "'; DROP TABLE x; --",
      '\\.',
      "INSERT INTO public.lost VALUES ('x');",
      'CREATE TABLE public.kept ();',
    )
    expect(refusals(ledger)).toEqual([
      ['COPY', 'public.lost', '42P01', 'loss'],
      ['INSERT', 'public.lost', '42P01', 'loss'],
    ])
    expect(ledger.tables).toMatchObject([{ name: 'lost', rowsInDump: 3, rowsLoaded: 0 }])
    expect(ledger.loadedByVerb).toMatchObject({ 'CREATE TABLE': 1 })
  })

  it('calls a missing role a loss', async () => {
    const { ledger } = await restore(
      'CREATE TABLE public.t ();',
      'ALTER TABLE public.t OWNER TO nobody_made_me;',
      'GRANT SELECT ON TABLE public.t TO nobody_made_me;',
    )
    expect(refusals(ledger)).toEqual([
      ['ALTER TABLE OWNER TO', 'public.t', '42704', 'loss'],
      ['GRANT', 'public.t', '42704', 'loss'],
    ])
  })

  it('blames the engine for a missing extension and all that needs it, and for nothing else', async () => {
    const { ledger } = await restore(
      'CREATE SCHEMA app;',
      'CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;',
      "COMMENT ON EXTENSION postgis IS 'x';",
      'CREATE TABLE app.places (id integer, at public.geometry);',
      'ALTER TABLE app.places OWNER TO postgres;',
      'COPY app.places (id, at) FROM stdin;',
      '1\t\\N',
      '\\.',
      'CREATE VIEW app.near AS SELECT id FROM app.places;',
      'CREATE TABLE app.fine (id integer);',
      'ALTER TABLE app.fine OWNER TO nobody_made_me;',
      'COPY app.lost (id) FROM stdin;',
      '1',
      '\\.',
    )
    expect(ledger.missingExtensions).toEqual(['postgis'])
    expect(ledger.tables).toMatchObject([
      { name: 'lost', rowsInDump: 1, rowsLoaded: 0, heldBack: false },
      { name: 'places', rowsInDump: 1, rowsLoaded: 0, heldBack: true },
    ])
    expect(refusals(ledger)).toEqual([
      ['CREATE EXTENSION', 'postgis', '0A000', 'engine'],
      ['COMMENT ON EXTENSION', 'postgis', '42704', 'engine'],
      ['CREATE TABLE', 'app.places', '42704', 'engine'],
      ['ALTER TABLE OWNER TO', 'app.places', '42P01', 'engine'],
      ['COPY', 'app.places', '42P01', 'engine'],
      ['CREATE VIEW', 'app.near', '42P01', 'engine'],
      ['ALTER TABLE OWNER TO', 'app.fine', '42704', 'loss'],
      ['COPY', 'app.lost', '42P01', 'loss'],
    ])
  })

  it('shows that ALTER SYSTEM was not run', async () => {
    const { ledger, database } = await restore(
      "ALTER SYSTEM SET log_statement = 'all';",
      'SELECT pg_catalog.pg_reload_conf();',
      'CREATE TABLE public.t ();',
    )
    expect(ledger.skipped).toMatchObject([{ verb: 'ALTER SYSTEM', hostile: true, line: 6 }])
    await using session = await server.connect(database)
    const rows = await session.query(
      `SELECT pg_catalog.count(*) AS found FROM pg_catalog.pg_file_settings WHERE name = 'log_statement'`,
    )
    expect(rows).toEqual([{ found: '0' }])
  })

  it.for(["FROM PROGRAM 'touch CANARY'", "TO PROGRAM 'touch CANARY'", "TO 'CANARY'"])(
    'never runs COPY %s',
    async (target) => {
      const canary = join(folder, 'canary')
      const { ledger } = await restore(
        'CREATE TABLE public.t (id integer);',
        `COPY public.t ${target.replace('CANARY', canary)};`,
        `COPY (SELECT 1) ${target.replace('CANARY', canary)};`,
        `\\! touch ${canary}`,
        'CREATE TABLE public.behind ();',
      )
      expect(existsSync(canary)).toBe(false)
      expect(ledger.loadedByVerb['COPY']).toBeUndefined()
      expect(ledger.loadedByVerb['CREATE TABLE']).toBe(1)
    },
  )

  it('lists ten thousand refusals of a kind and counts them all, so that no harmless ones crowd out a loss', async () => {
    const { ledger } = await restore(
      ...Array.from({ length: 10_050 }, () => 'CREATE SCHEMA public;'),
      'CREATE SCHEMA app;',
      'CREATE SCHEMA app;',
    )
    expect(ledger.refused.length).toBe(10_001)
    expect(ledger.refusedCount).toBe(10_051)
    expect(ledger.refused.at(-1)).toMatchObject({ object: 'app', meaning: 'loss' })
  })

  it('takes an INSERT of many megabytes, row by row as many as it holds', async () => {
    const rows = 30_000
    const values = Array.from({ length: rows }, (_, row) => `\t(${row}, '${"it''s; ".repeat(20)}')`).join(',\n')
    const { ledger, database } = await restore(
      'CREATE TABLE public.t (id integer, word text);',
      `INSERT INTO public.t VALUES\n${values};`,
    )
    expect(ledger.refused).toEqual([])
    expect(ledger.tables).toMatchObject([{ name: 't', rowsInDump: rows, rowsLoaded: rows }])
    expect(await rowsOf(database, 'public.t')).toBe(String(rows))
  })

  it('sees rows that the database would not keep', async () => {
    const { ledger } = await restore(
      'CREATE TABLE public.t (id integer);',
      'CREATE FUNCTION public.drop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;',
      'CREATE TRIGGER t BEFORE INSERT ON public.t FOR EACH ROW WHEN (NEW.id > 1) EXECUTE FUNCTION public.drop_it();',
      'COPY public.t (id) FROM stdin;',
      '1',
      '2',
      '3',
      '\\.',
    )
    expect(ledger.refused).toEqual([])
    expect(ledger.tables).toMatchObject([{ name: 't', rowsInDump: 3, rowsLoaded: 1 }])
  })

  it('loads what is there of a dump that ends inside its rows', async () => {
    const { ledger, database } = await restoreText(
      `${header}CREATE TABLE public.t (id integer);\nCOPY public.t (id) FROM stdin;\n1\n2\n`,
    )
    expect(ledger.tables).toMatchObject([{ name: 't', rowsInDump: 2, rowsLoaded: 2 }])
    expect(await rowsOf(database, 'public.t')).toBe('2')
  })

  it('does not run half a statement', async () => {
    const { ledger, database } = await restoreText(
      `${header}CREATE TABLE public.t (id integer);\nINSERT INTO public.t VALUES (1);\nDELETE FROM public.t WHERE id`,
    )
    expect(ledger.loadedByVerb['DELETE']).toBeUndefined()
    expect(await rowsOf(database, 'public.t')).toBe('1')
  })
})

it('ends soon after it is interrupted, in the middle of a statement', async () => {
  const path = join(folder, 'slow.sql')
  await writeFile(path, `${header}SELECT pg_catalog.pg_sleep(600);\n${footer}`)
  await server.createDatabase('slow')
  const controller = new AbortController()
  const began = performance.now()
  const restoring = restoreDumps([{ path, name: 'slow.sql' }], server, {
    database: 'slow',
    provided: new Set(),
    signal: controller.signal,
    progress: silentProgress,
    totalBytes: 0,
  })
  setTimeout(() => controller.abort(new Error('enough')), 300)
  await expect(restoring).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED' })
  expect(performance.now() - began).toBeLessThan(20_000)
})

describe('databases that the dump names', () => {
  it('are made where the dump connects to one that it does not make', async () => {
    const { ledger } = await restore('\\connect nobody_made_this', 'CREATE TABLE public.t ();')
    expect(refusals(ledger)).toEqual([['CONNECT', 'nobody_made_this', '3D000', 'loss']])
    expect(await rowsOf('nobody_made_this', 'public.t')).toBe('0')
  })

  it('are made anew by the dump, also while somebody looks at the one that was made for it', async () => {
    await server.createDatabase('own')
    await using looking = await server.connect('own')
    const lines = [
      "CREATE DATABASE own WITH TEMPLATE = template0 ENCODING = 'SQL_ASCII' LOCALE = 'C';",
      '\\connect own',
      'CREATE TABLE public.t ();',
    ]
    const { ledger } = await restoreInto('own', `${header}${lines.join('\n')}\n${footer}`)
    expect(refusals(ledger)).toEqual([])
    await expect(looking.query('SELECT 1')).rejects.toThrow('connection')
    await using session = await server.connect('own')
    expect(await session.query('SHOW server_encoding')).toEqual([{ server_encoding: 'SQL_ASCII' }])
  })

  it("are made with the engine's locale where it lacks the dump's", async () => {
    const { ledger } = await restore(
      "CREATE DATABASE far WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE_PROVIDER = libc LOCALE = 'xx_YY.iso';",
      '\\connect far',
      "SET client_encoding = 'LATIN1';",
      'CREATE TABLE public.t ();',
    )
    expect(refusals(ledger)).toEqual([['CREATE DATABASE', 'far', '42809', 'harmless']])
    expect(ledger.skipped).toMatchObject([{ verb: 'CREATE DATABASE', object: 'far', hostile: false }])
    await using session = await server.connect('far')
    expect(await session.query('SHOW server_encoding')).toEqual([{ server_encoding: 'LATIN1' }])
    expect(await rowsOf('far', 'public.t')).toBe('0')
  })

  it('are told apart when the dump comes back to one', async () => {
    const copy = ['COPY public.t (id) FROM stdin;', '1', '\\.']
    const { ledger } = await restore(
      'CREATE DATABASE one;',
      'CREATE DATABASE two;',
      '\\connect one',
      'CREATE TABLE public.t (id integer);',
      ...copy,
      '\\connect two',
      'CREATE TABLE public.t (id integer);',
      ...copy,
      '\\connect one',
      ...copy,
    )
    expect(ledger.tables.map(({ database, rowsLoaded }) => [database, rowsLoaded])).toEqual([
      ['one', 2],
      ['two', 1],
    ])
  })

  it('hold nothing of a database that is made twice', async () => {
    const { ledger } = await restore('CREATE DATABASE twice;', 'CREATE DATABASE twice;')
    expect(refusals(ledger)).toEqual([['CREATE DATABASE', 'twice', '42P04', 'loss']])
  })
})
