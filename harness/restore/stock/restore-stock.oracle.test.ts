import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { layPlatform, platformFor } from '../../supabase/index.ts'
import { restoreDumps } from '../restore-dumps.ts'
import { DumpSource } from '../testing/dump-source.ts'
import { findOracle, toolsOf } from '../testing/oracle-test.ts'
import { findSampleRestores, type SampleRestore } from '../testing/sample-dumps.ts'
import { Twins } from '../testing/twins.ts'
import type { RestoreLedger } from '../types.ts'
import { clientsOf, stockInto } from './testing/stock-twins.ts'
import type { StockOptions, StockRestore } from './types.ts'

const database = 'sample'
const all = await findSampleRestores(new URL('../../../fixtures/', import.meta.url).pathname)
/** Whole databases; parts of them are restored by both in the tests of our own restore. */
const samples = all.filter(({ title }) => /full_database_backup|data\.sql/.test(title))
const oracles = await Promise.all([15, 17].map(findOracle))

interface Both {
  readonly ours: RestoreLedger
  readonly stock: StockRestore
  readonly difference: string | null
}

/** The same dumps by us and by the stock clients. */
async function restoreBoth(
  twins: Twins,
  oracle: (typeof oracles)[number],
  paths: readonly string[],
  options: Partial<StockOptions> & { readonly compared?: readonly string[] } = {},
): Promise<Both> {
  const { provided = new Set<string>(), compared = [options.database ?? database] } = options
  const files = paths.map((path) => ({ path, name: path.split('/').at(-1) ?? path }))
  const ours = await restoreDumps(files, twins.ours, {
    database: options.database ?? database,
    provided,
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: 0,
  })
  const stock = await stockInto(twins.theirs, clientsOf(oracle), paths, options)
  return { ours, stock, difference: await twins.difference(compared) }
}

/** Refusals as both ledgers must tell them. */
function refusalsOf({ refused }: RestoreLedger): readonly string[] {
  return refused.map(({ file, line, verb, object, refusal, meaning }) =>
    [file, line, verb, object, refusal.code, meaning].join(' '),
  )
}

/** Rows by table as both ledgers must tell them. */
function rowsOf({ tables }: RestoreLedger): readonly string[] {
  return tables
    .map(({ database: where, schema, name, rowsInDump, rowsLoaded, heldBack }) =>
      [where, schema, name, rowsInDump, rowsLoaded, heldBack].join(' '),
    )
    .sort()
}

for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`the stock clients: ${oracle.title}`, () => {
    let folder = ''
    let source: DumpSource
    let twins: Twins
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'restore-stock-'))
      source = await DumpSource.start(oracle.major, toolsOf(oracle))
      twins = await Twins.startLasting(oracle.major, toolsOf(oracle))
    })
    afterEach(() => twins.renew())
    afterAll(async () => {
      await twins[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    const own = samples.filter(({ major }) => major === oracle.major)
    it.for(own.map((sample) => [sample.title, sample] as const))('restore %s as we do', async ([, sample]) => {
      const provided = await prepare(twins, sample)
      const paths = sample.files.map(({ path }) => path)
      const { ours, stock, difference } = await restoreBoth(twins, oracle, paths, { provided })
      expect(difference).toBeNull()
      expect(refusalsOf(stock.ledger)).toEqual(refusalsOf(ours))
      expect(rowsOf(stock.ledger)).toEqual(rowsOf(ours))
      expect(stock.complaints).toEqual([])
      expect(stock.warnings.filter(({ harmless }) => harmless === null)).toEqual([])
      expect(stock.ledger.ms).toBeGreaterThan(0)
    })

    it.each([
      ['custom', ['-Fc', '-f', 'FILE']],
      ['custom through a pipe', ['-Fc']],
      ['directory', ['-Fd', '-f', 'FILE']],
      ['tar', ['-Ft', '-f', 'FILE']],
      ['custom, INSERTs', ['-Fc', '--inserts', '-f', 'FILE']],
    ] as const)('restore an archive as we do: %s', async (title, options) => {
      for (const server of twins.both) await server.createDatabase(database)
      const target = join(folder, title.replaceAll(/\W+/g, '-'))
      const piped = await source.dump(
        'tricky',
        options.map((option) => (option === 'FILE' ? target : option)),
      )
      const archive = title.endsWith('pipe') ? piped.path : target
      const roles = (await source.roles()).path
      const { ours, stock, difference } = await restoreBoth(twins, oracle, [roles, archive])
      expect(difference).toBeNull()
      // pg_restore -j loads a table's INSERTs in one transaction: after the first refusal all are, by another code.
      expect(refusalsOf(stock.ledger).map((line) => line.replace(' 25P02 ', ' 22P02 '))).toEqual(refusalsOf(ours))
      expect(rowsOf(stock.ledger)).toEqual(rowsOf(ours))
      expect(stock.complaints).toEqual([])
      expect(stock.runs.map(({ command }) => command)).toEqual([
        'psql',
        title === 'tar' ? 'pg_restore' : 'pg_restore -j 2',
      ])
    })

    it('restore a whole cluster as we do, from a server without its databases', async () => {
      // It writes into databases that every cluster has.
      await using twins = await Twins.start(oracle.major, toolsOf(oracle))
      for (const server of twins.both) await server.createDatabase('tricky')
      const dump = (await source.dumpAll([])).path
      const compared = ['postgres', 'tricky', 'latin']
      const { ours, stock, difference } = await restoreBoth(twins, oracle, [dump], { database: 'tricky', compared })
      expect(difference).toBeNull()
      expect(refusalsOf(stock.ledger)).toEqual(refusalsOf(ours))
      expect(rowsOf(stock.ledger)).toEqual(rowsOf(ours))
    })

    describe('with something wrong in the middle', () => {
      const broken = [
        "SET client_encoding = 'UTF8';",
        "SELECT pg_catalog.set_config('search_path', '', false);",
        'CREATE TABLE public.users (id integer PRIMARY KEY, name text);',
        'CREATE TABLE public.orders (id integer, "user" integer);',
        'ALTER TABLE public.users OWNER TO nobody_knows;',
        'COPY public.users (id, name) FROM stdin;',
        '1\tAda',
        'x\tGrace',
        '\\.',
        '',
        'COPY public.nowhere (id) FROM stdin;',
        '1',
        '\\N',
        '\\.',
        '',
        'COPY public.orders (id, "user") FROM stdin;',
        '1\t1',
        '2\t1',
        '\\.',
        '',
        'CREATE INDEX missing ON public.orders',
        '  USING btree (nothing);',
        'INSERT INTO public.orders VALUES (3, 1);',
        "INSERT INTO public.orders VALUES ('y', 1);",
        'ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY ("user") REFERENCES public.users(id);',
        '',
      ].join('\n')

      it.each([
        ['uncompressed', 'sql', (text: string) => text],
        ['gzip', 'sql.gz', gzipSync],
        ['zstd', 'sql.zst', zstdCompressSync],
      ])('psql and we tell the same refusals, on the same lines: %s', async (_, suffix, pack) => {
        for (const server of twins.both) await server.createDatabase(database)
        const path = join(folder, `broken.${suffix}`)
        await writeFile(path, pack(broken))
        const { ours, stock } = await restoreBoth(twins, oracle, [path])
        expect(refusalsOf(stock.ledger)).toEqual(refusalsOf(ours))
        expect(refusalsOf(stock.ledger).map((line) => line.split(' ')[1])).toEqual(['5', '6', '11', '21', '24', '25'])
        expect(rowsOf(stock.ledger)).toEqual(rowsOf(ours))
        expect(stock.ledger.refused.every(({ meaning }) => meaning === 'loss')).toBe(true)
      })

      it.each([
        ['several at a time', ['-Fc', '-f', 'FILE']],
        ['one after the other', ['-Ft', '-f', 'FILE']],
      ] as const)('pg_restore and we tell the same refusals: %s', async (title, options) => {
        for (const server of twins.both) {
          await server.createDatabase(database)
          await using session = await server.connect(database)
          // In the way of what the archive makes.
          await session.query('CREATE SCHEMA app')
          await session.query('CREATE TABLE app.texts (id integer, other text)')
        }
        const archive = join(folder, `in-the-way-${title.replaceAll(' ', '-')}`)
        await source.dump(
          'tricky',
          options.map((option) => (option === 'FILE' ? archive : option)),
        )
        const { ours, stock } = await restoreBoth(twins, oracle, [archive])
        const refusals = refusalsOf(stock.ledger)
        expect(refusals.some((line) => line.includes('CREATE SCHEMA app 42P06 loss'))).toBe(true)
        expect(refusals.some((line) => line.includes('COPY app.texts 42703 loss'))).toBe(true)
        // pg_restore sends an entry's statements as one: what comes after the refused one was not tried.
        expect(refusals).toEqual(refusalsOf(ours).filter((line) => !/ALTER COLUMN SET/.test(line)))
        expect(rowsOf(stock.ledger)).toEqual(rowsOf(ours))
      })
    })

    it('psql goes no further than a database that is not there, and that is a loss', async () => {
      await twins.theirs.createDatabase(database)
      const path = join(folder, 'astray.sql')
      await writeFile(
        path,
        'CREATE TABLE public.here (id integer);\n\\connect nowhere\nCREATE TABLE public.there (id integer);\n',
      )
      const { ledger } = await stockInto(twins.theirs, clientsOf(oracle), [path])
      expect(refusalsOf(ledger)).toEqual(['astray.sql 2 CONNECT nowhere 3D000 loss'])
      expect(ledger.databases).toEqual([database])
      expect(ledger.loadedByVerb).toEqual({ 'CREATE TABLE': 1 })
    })

    it('tell what changed under them', async () => {
      await twins.theirs.createDatabase(database)
      const path = join(folder, 'changes.sql')
      await writeFile(path, 'SELECT pg_sleep(2);\n')
      const restoring = stockInto(twins.theirs, clientsOf(oracle), [path])
      await using session = await twins.theirs.connect(database)
      const running = async (): Promise<number> =>
        (await session.query("SELECT FROM pg_catalog.pg_stat_activity WHERE query ~ '^SELECT pg_sleep'")).length
      const changing = (async () => {
        await expect.poll(running, { timeout: 10_000 }).toBe(1)
        await writeFile(path, `${await readFile(path, 'utf8')}SELECT 1;\n`)
      })()
      await expect(restoring).rejects.toMatchObject({ code: 'E_DUMP_CHANGED' })
      await changing
    })
  })
}

/** A new database on both, with what the platform would have in it. */
async function prepare(twins: Twins, { summaries }: SampleRestore): Promise<ReadonlySet<string>> {
  const platform = platformFor({
    rolesMentioned: summaries.flatMap(({ rolesMentioned }) => rolesMentioned),
    rolesCreated: summaries.flatMap(({ rolesCreated }) => rolesCreated),
    schemasMentioned: summaries.flatMap(({ schemasMentioned }) => schemasMentioned),
    schemasCreated: summaries.flatMap(({ schemasCreated }) => schemasCreated),
  })
  for (const server of twins.both) {
    await server.createDatabase(database)
    await using session = await server.connect(database)
    await layPlatform(session, platform)
  }
  return new Set([...platform.roles, ...platform.schemas])
}
