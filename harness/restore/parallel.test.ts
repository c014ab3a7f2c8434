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
  folder = await mkdtemp(join(tmpdir(), 'parallel-'))
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})

const header = `--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n`
const footer = '--\n-- PostgreSQL database dump complete\n--\n\n'

async function restore(text: string): Promise<{ readonly ledger: RestoreLedger; readonly database: string }> {
  restores += 1
  const database = `parallel_${restores}`
  await server.createDatabase(database)
  const path = join(folder, `${database}.sql`)
  await writeFile(path, `${header}${text}\n${footer}`)
  const ledger = await restoreDumps([{ path, name: 'dump.sql' }], server, {
    database,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: text.length,
    jobs: 4,
  })
  return { ledger, database }
}

async function ask(database: string, sql: string): Promise<readonly (string | null)[]> {
  await using session = await server.connect(database)
  return (await session.query(sql)).map((row) => Object.values(row)[0] ?? null)
}

/** Rows enough for the fast way of loading. */
function copy(table: string, rows: number, from = 1): string {
  const lines = Array.from({ length: rows }, (_, at) => `${from + at}\t${'x'.repeat(40)}\n`)
  return `COPY public.${table} (id, word) FROM stdin;\n${lines.join('')}\\.\n`
}

const many = 20_000

describe('rows that are loaded at the same time', () => {
  it('leave no trace in the log, where the table is new and nothing refers to it', async () => {
    const logged = async (table: string): Promise<number> => {
      const [before] = await ask('postgres', "SELECT pg_current_wal_insert_lsn() - '0/0'")
      const { ledger } = await restore(`${table}\n${copy('t', many)}`)
      expect(ledger.tables).toMatchObject([{ name: 't', rowsInDump: many, rowsLoaded: many }])
      const [after] = await ask('postgres', "SELECT pg_current_wal_insert_lsn() - '0/0'")
      return Number(after) - Number(before)
    }
    const free = await logged('CREATE TABLE public.t (id integer, word text);')
    const referred = await logged(`CREATE TABLE public.t (id integer PRIMARY KEY, word text);
CREATE TABLE public.u (id integer REFERENCES public.t(id));`)
    expect(referred - free).toBeGreaterThan(many * 40)
  })

  it('stay in a parent and in its children', async () => {
    const { database, ledger } = await restore(`CREATE TABLE public.parent (id integer, word text);
CREATE TABLE public.child () INHERITS (public.parent);
${copy('child', many, 1)}
${copy('parent', many, 1 + many)}`)
    expect(ledger.refused).toEqual([])
    expect(await ask(database, 'SELECT count(*) FROM ONLY public.parent')).toEqual([String(many)])
    expect(await ask(database, 'SELECT count(*) FROM public.parent')).toEqual([String(2 * many)])
  })

  it('stay when they come in several blocks, through a partitioned table or not', async () => {
    const { database, ledger } =
      await restore(`CREATE TABLE public.root (id integer, word text) PARTITION BY RANGE (id);
CREATE TABLE public.low PARTITION OF public.root FOR VALUES FROM (0) TO (15000);
CREATE TABLE public.high PARTITION OF public.root FOR VALUES FROM (15000) TO (1000000);
CREATE TABLE public.plain (id integer, word text);
${copy('root', many)}
${copy('plain', many)}
${copy('root', many, 1 + many)}
${copy('plain', many, 1 + many)}
ALTER TABLE ONLY public.low ADD CONSTRAINT low_pkey PRIMARY KEY (id);
CREATE INDEX high_idx ON public.high USING btree (id);`)
    expect(ledger.refused).toEqual([])
    expect(await ask(database, 'SELECT count(*) FROM public.root')).toEqual([String(2 * many)])
    expect(await ask(database, 'SELECT count(*) FROM public.plain')).toEqual([String(2 * many)])
  })

  it('are refused as a whole with one bad row, and named', async () => {
    const { database, ledger } = await restore(`CREATE TABLE public.t (id integer, word text);
CREATE TABLE public.u (id integer, word text);
${copy('t', many).replace('\n\\.', '\nnot a number\tx\n\\.')}
${copy('u', many)}`)
    expect(ledger.refused).toMatchObject([
      { verb: 'COPY', object: 'public.t', meaning: 'loss', refusal: { code: '22P02' } },
    ])
    expect(Object.fromEntries(ledger.tables.map(({ name, rowsLoaded }) => [name, rowsLoaded]))).toEqual({
      t: 0,
      u: many,
    })
    expect(await ask(database, 'SELECT count(*) FROM public.t')).toEqual(['0'])
  })
})

/** A check on `b` that only holds once `a` has rows: a restore in the dump's order decides. */
const needsOther = `CREATE TABLE public.a (id integer, word text);
CREATE FUNCTION public.has_a() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN EXISTS (SELECT FROM public.a); END $$;
CREATE TABLE public.b (id integer, word text, CHECK (public.has_a()));`

describe('the order of a dump', () => {
  it('is kept where loading one table looks at another', async () => {
    const good = await restore(`${needsOther}\n${copy('a', many)}\n${copy('b', 3)}`)
    expect(good.ledger.refused).toEqual([])
    const bad = await restore(`${needsOther}\n${copy('b', 3)}\n${copy('a', many)}`)
    expect(bad.ledger.refused).toMatchObject([{ object: 'public.b', refusal: { code: '23514' } }])
  })

  it('is kept where a domain of the dump does', async () => {
    const domain = needsOther.replace(
      /CREATE TABLE public\.b.*/,
      `CREATE DOMAIN public.d AS integer CHECK (public.has_a());
CREATE TABLE public.b (id public.d, word text);`,
    )
    const bad = await restore(`${domain}\n${copy('b', 3)}\n${copy('a', many)}`)
    expect(bad.ledger.refused).toMatchObject([{ object: 'public.b', refusal: { code: '23514' } }])
  })

  it('is kept where triggers fire', async () => {
    const { database } = await restore(`CREATE TABLE public.a (id integer, word text);
CREATE TABLE public.b (id integer, word text);
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.word := (SELECT count(*) FROM public.a); RETURN NEW; END $$;
CREATE TRIGGER note BEFORE INSERT ON public.b FOR EACH ROW EXECUTE FUNCTION public.note();
${copy('a', many)}
${copy('b', 1)}`)
    expect(await ask(database, 'SELECT word FROM public.b')).toEqual([String(many)])
  })

  it('is kept where rows come behind a trigger, with nothing between them', async () => {
    const trigger = `CREATE TABLE public.a (id integer, word text);
CREATE TABLE public.b (id integer, word text);
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.word := (SELECT count(*) FROM public.a); RETURN NEW; END $$;`
    const { database } = await restore(`${trigger}
${copy('a', many)}
CREATE TRIGGER note BEFORE INSERT ON public.b FOR EACH ROW EXECUTE FUNCTION public.note();
${copy('b', 1)}
${copy('a', many, many)}`)
    expect(await ask(database, 'SELECT word FROM public.b')).toEqual([String(many)])
  })

  it('is kept for an index over a function that reads another table', async () => {
    const { database } = await restore(`CREATE TABLE public.a (id integer, word text);
CREATE TABLE public.b (id integer, word text);
CREATE FUNCTION public.rows_of_b(integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT count(*) FROM public.b $$;
${copy('a', 2)}
${copy('b', many)}
CREATE UNIQUE INDEX i ON public.a USING btree ((id * public.rows_of_b(id)));
CREATE INDEX j ON public.a USING btree (public.rows_of_b(id));`)
    expect(
      await ask(
        database,
        `SET enable_seqscan = off; SELECT count(*) FROM public.a WHERE public.rows_of_b(id) = ${many}`,
      ),
    ).toEqual(['2'])
  })
})

describe('many tables', () => {
  /** Each refers to the one before it, by its type, its parent and its sequence. */
  const chain = Array.from({ length: 150 }, (_, at) => {
    const before = at === 0 ? '' : `, last public.t${at - 1}`
    const parent = at % 10 === 0 ? '' : ` INHERITS (public.t${at - 1})`
    const columns = at % 10 === 0 ? `id integer${before}` : `own_${at} integer`
    return `CREATE TABLE public.t${at} (${columns})${parent};
CREATE SEQUENCE public.s${at};
ALTER SEQUENCE public.s${at} OWNED BY public.t${at}.id;
ALTER TABLE ONLY public.t${at} ALTER COLUMN id SET DEFAULT nextval('public.s${at}'::regclass);`
  }).join('\n')

  it('are made beside each other, each after what it names', async () => {
    const { ledger, database } = await restore(chain)
    expect(ledger.refused).toEqual([])
    expect(ledger.loadedByVerb).toMatchObject({ 'CREATE TABLE': 150, 'CREATE SEQUENCE': 150 })
    expect(await ask(database, `SELECT count(*) FROM pg_class WHERE relname ~ '^[ts][0-9]+$'`)).toEqual(['300'])
  })

  it('are made in order where a name may mean another table', async () => {
    const unqualified = chain.replaceAll('public.', '')
    const { ledger } = await restore(`SET search_path = public;\n${unqualified}`)
    expect(ledger.refused).toEqual([])
  })

  it('are refused one by one, where one is there already', async () => {
    const twice = chain.replace('CREATE TABLE public.t77 ', 'CREATE TABLE public.t76 ')
    const { ledger } = await restore(twice)
    const tables = ledger.refused.filter(({ verb }) => verb === 'CREATE TABLE').map(({ object }) => object)
    // All that came after the one that is missing needs it, one through the other.
    const others = Array.from({ length: 72 }, (_, at) => `public.t${78 + at}`)
    expect(tables).toEqual(['public.t76', ...others])
  })
})

const tables = `CREATE TABLE public.parent (id integer PRIMARY KEY, word text);
CREATE TABLE public.child (id integer, word text, CONSTRAINT child_fk FOREIGN KEY (id) REFERENCES public.parent(id));
CREATE TABLE public.pair (a integer, b integer, UNIQUE (a, b));
CREATE TABLE public.of_pair (a integer, b integer, CONSTRAINT full_fk FOREIGN KEY (a, b) REFERENCES public.pair(a, b) MATCH FULL);`
const replica = 'SET session_replication_role = replica;'

describe('foreign keys that the dump keeps the server from checking', () => {
  it('are checked over all rows once they are loaded', async () => {
    const good = await restore(`${tables}\n${replica}\n${copy('child', 3)}\n${copy('parent', 3)}`)
    expect(good.ledger.orphans).toEqual([])
    const bad = await restore(`${tables}\n${replica}\n${copy('child', 5)}\n${copy('parent', 3)}
COPY public.of_pair (a, b) FROM stdin;\n1\t\\N\n\\N\t\\N\n\\.\n`)
    expect(bad.ledger.refused).toEqual([])
    expect(bad.ledger.orphans).toEqual([
      { constraint: 'child_fk', table: 'public.child', references: 'public.parent', rows: 2 },
      { constraint: 'full_fk', table: 'public.of_pair', references: 'public.pair', rows: 1 },
    ])
  })

  it('also where a dump turns its triggers off table by table', async () => {
    const { ledger } = await restore(`${tables}
ALTER TABLE public.child DISABLE TRIGGER ALL;
${copy('child', 5)}
ALTER TABLE public.child ENABLE TRIGGER ALL;
${copy('parent', 3)}`)
    expect(ledger.refused).toEqual([])
    expect(ledger.orphans).toMatchObject([{ constraint: 'child_fk', rows: 2 }])
  })
})
