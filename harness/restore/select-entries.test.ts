import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDump } from '../dump/index.ts'
import { selectEntries, type SelectionRequest } from './select-entries.ts'
import { describeEntry, type Selectable } from './selection/describe-entry.ts'

const everything: SelectionRequest = {
  only: null,
  tables: [],
  schemas: [],
  database: 'scratch',
  roles: new Set(['postgres']),
}

/** A shop whose tables hang together in every way that a dump can say. */
const shop = `--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA app;
ALTER SCHEMA app OWNER TO keeper;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA app;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE TYPE app.mood AS ENUM ('good', 'bad');
CREATE TYPE app.unused AS ENUM ('x');
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE TABLE app.orders (id integer NOT NULL, mood app.mood, mail app.citext, "on" text);
ALTER TABLE app.orders OWNER TO keeper;
COMMENT ON COLUMN app.orders.id IS 'of public.items';
CREATE SEQUENCE app.orders_id_seq;
ALTER SEQUENCE app.orders_id_seq OWNED BY app.orders.id;
CREATE SEQUENCE public.numbers;
ALTER TABLE ONLY app.orders ALTER COLUMN id SET DEFAULT nextval('public.numbers'::regclass);
CREATE TABLE public.items (id integer NOT NULL);
ALTER TABLE public.items ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.items_id_seq);
CREATE TABLE public.log (day date) PARTITION BY RANGE (day);
CREATE TABLE public.log_1 (day date);
ALTER TABLE ONLY public.log ATTACH PARTITION public.log_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE public.child (more text) INHERITS (public.items);
CREATE VIEW public.all_items AS SELECT id FROM public.items;
COPY app.orders (id) FROM stdin;
1
\\.
COPY public.items (id) FROM stdin;
1
2
\\.
COPY public.log_1 (day) FROM stdin;
\\.
SELECT pg_catalog.setval('app.orders_id_seq', 1, true);
SELECT pg_catalog.setval('public.items_id_seq', 2, true);
SELECT pg_catalog.setval('public.numbers', 7, true);
ALTER TABLE ONLY app.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_mood ON ONLY app.orders USING btree (mood);
COMMENT ON INDEX app.orders_mood IS 'slow';
CREATE STATISTICS app.orders_stats ON id, mood FROM app.orders;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF id ON app.orders FOR EACH ROW EXECUTE FUNCTION app.stamp();
CREATE RULE "on" AS ON DELETE TO app.orders DO INSTEAD NOTHING;
ALTER TABLE ONLY app.orders ADD CONSTRAINT orders_item FOREIGN KEY (id) REFERENCES public.items(id);
COMMENT ON CONSTRAINT orders_item ON app.orders IS 'goes with it';
CREATE POLICY own ON app.orders USING (mood = 'good'::app.mood);
CREATE POLICY other ON app.orders USING (EXISTS (SELECT FROM public.log));
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
CREATE PUBLICATION news;
GRANT SELECT ON TABLE app.orders TO keeper;
GRANT SELECT(id) ON TABLE public.items TO keeper;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA app GRANT SELECT ON TABLES TO keeper;
--
-- PostgreSQL database dump complete
--
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'select-entries-'))
})
afterAll(async () => rm(folder, { recursive: true }))

async function entriesOf(text: string): Promise<readonly Selectable[]> {
  const path = join(folder, 'dump.sql')
  await writeFile(path, text)
  const found: Selectable[] = []
  for await (const entry of openDump(path)) if (entry.kind !== 'problem' && entry.kind !== 'end') found.push(entry)
  return found
}

function label(entry: Selectable): string {
  if (entry.kind === 'statement') return `${entry.verb} ${entry.object ?? ''}`.trim()
  return 'table' in entry ? `${entry.kind} ${entry.table.schema}.${entry.table.name}` : entry.kind
}

async function choose(request: Partial<SelectionRequest>, text = shop): Promise<{ in: string[]; out: string[] }> {
  const entries = await entriesOf(text)
  const selection = await selectEntries(entries, { ...everything, ...request })
  const isWanted = (entry: Selectable): boolean => selection.wants(entry)
  const chosen = entries.filter((entry) => describeEntry(entry).section !== 'session')
  const out = chosen.filter((entry) => !isWanted(entry)).map(label)
  expect(selection.leftOut.reduce((sum, { count }) => sum + count, 0)).toBe(out.length)
  expect(selection.wanted).toBe(chosen.length - out.length)
  expect(entries.filter((entry) => describeEntry(entry).section === 'session').every(isWanted)).toBe(true)
  return { in: chosen.filter(isWanted).map(label), out }
}

describe('a choice among the entries of a dump', () => {
  test('is everything where nothing is asked for', async () => {
    expect((await choose({})).out).toEqual([])
  })

  test('of rows takes rows and the positions of sequences, and no definition', async () => {
    expect((await choose({ only: 'data' })).in).toEqual([
      'copy app.orders',
      'copy public.items',
      'copy public.log_1',
      'SELECT setval app.orders_id_seq',
      'SELECT setval public.items_id_seq',
      'SELECT setval public.numbers',
    ])
  })

  test('of definitions and one of rows are all, and share nothing', async () => {
    const [schema, data] = [await choose({ only: 'schema' }), await choose({ only: 'data' })]
    expect(schema.out).toEqual(data.in)
    expect(data.out).toEqual(schema.in)
  })

  test('of one table takes what hangs on it and what it can not be made without', async () => {
    const chosen = await choose({ tables: ['app.orders'] })
    expect(chosen.in).toEqual([
      'CREATE SCHEMA app',
      'ALTER SCHEMA OWNER TO app',
      'CREATE EXTENSION citext',
      'CREATE TYPE app.mood',
      'CREATE FUNCTION app.stamp',
      'CREATE TABLE app.orders',
      'ALTER TABLE OWNER TO app.orders',
      'COMMENT ON COLUMN app.orders.id',
      'CREATE SEQUENCE app.orders_id_seq',
      'ALTER SEQUENCE OWNED BY app.orders_id_seq',
      'CREATE SEQUENCE public.numbers',
      'ALTER TABLE ALTER COLUMN SET DEFAULT app.orders.id',
      'copy app.orders',
      'SELECT setval app.orders_id_seq',
      'SELECT setval public.numbers',
      'ALTER TABLE ADD CONSTRAINT app.orders.orders_pkey',
      'CREATE INDEX app.orders_mood',
      'COMMENT ON INDEX app.orders_mood',
      'CREATE STATISTICS app.orders_stats',
      'CREATE TRIGGER app.orders.stamp',
      'CREATE RULE app.orders.on',
      'CREATE POLICY app.orders.own',
      'ALTER TABLE ENABLE ROW LEVEL SECURITY app.orders',
      'GRANT app.orders',
    ])
  })

  test('says what a table would need that stays away', async () => {
    const { leftOut } = await selectEntries(await entriesOf(shop), { ...everything, tables: ['app.orders'] })
    expect(leftOut.filter(({ reason }) => reason.startsWith('needs'))).toEqual([
      { verb: 'ALTER TABLE ADD CONSTRAINT', reason: 'needs public.items, which is not restored', count: 1 },
      { verb: 'COMMENT ON CONSTRAINT', reason: 'needs public.items, which is not restored', count: 1 },
      { verb: 'CREATE POLICY', reason: 'needs public.log, which is not restored', count: 1 },
    ])
  })

  test('of two tables takes the foreign key between them, and the sequence of an identity', async () => {
    const chosen = await choose({ tables: ['app.orders', 'items'] })
    expect(chosen.in).toContain('ALTER TABLE ADD CONSTRAINT app.orders.orders_item')
    expect(chosen.in).toContain('COMMENT ON CONSTRAINT app.orders.orders_item')
    expect(chosen.in).toContain('SELECT setval public.items_id_seq')
    expect(chosen.in).not.toContain('CREATE VIEW public.all_items')
  })

  test('of a partitioned table takes its partitions', async () => {
    expect((await choose({ tables: ['log'] })).in).toEqual([
      'CREATE TABLE public.log',
      'CREATE TABLE public.log_1',
      'ALTER TABLE ATTACH PARTITION public.log',
      'copy public.log_1',
    ])
  })

  test('of an heir takes the definition of its parent, and not its rows', async () => {
    const chosen = await choose({ tables: ['child'] })
    expect(chosen.in).toEqual(expect.arrayContaining(['CREATE TABLE public.items', 'CREATE TABLE public.child']))
    expect(chosen.in).not.toContain('copy public.items')
  })

  test('of a schema takes all that is in it', async () => {
    const chosen = await choose({ schemas: ['app'] })
    expect(chosen.in.filter((name) => name.includes('public.'))).toEqual([
      'CREATE SEQUENCE public.numbers',
      'SELECT setval public.numbers',
    ])
    expect(chosen.in).toEqual(
      expect.arrayContaining(['CREATE TYPE app.unused', 'ALTER DEFAULT PRIVILEGES keeper.app', 'copy app.orders']),
    )
  })

  test.each([
    { tables: ['public.itms'], near: 'public.items' },
    { tables: ['orders'], near: '' },
    { schemas: ['apps'], near: 'app' },
  ])('of what nothing is called is refused: %o', async ({ near, ...request }) => {
    const choosing = choose(request)
    await expect(choosing).rejects.toMatchObject({ code: 'E_SELECTION_EMPTY', hint: expect.stringContaining(near) })
  })

  test('leaves the server as it is: its databases, its roles, its folders', async () => {
    const cluster = `SET client_encoding = 'UTF8';
DROP ROLE keeper;
CREATE ROLE keeper;
ALTER ROLE keeper WITH LOGIN PASSWORD 'x';
CREATE ROLE postgres;
ALTER ROLE postgres WITH NOSUPERUSER PASSWORD 'y';
ALTER ROLE postgres SET work_mem TO '8MB';
CREATE TABLESPACE fast LOCATION '/fast';
DROP DATABASE shop;
CREATE DATABASE shop WITH TEMPLATE = template0;
ALTER DATABASE shop OWNER TO keeper;
ALTER DATABASE scratch SET search_path TO 'app';
`
    const chosen = await choose({}, cluster)
    expect(chosen.in).toEqual([
      'CREATE ROLE keeper',
      'ALTER ROLE keeper',
      'ALTER ROLE SET postgres',
      'ALTER DATABASE SET scratch.search_path',
    ])
  })

  test('knows which databases a cluster dump holds something of', async () => {
    const cluster = `\\connect template1
SET client_encoding = 'UTF8';
\\connect shop
CREATE TABLE public.a (id integer);
\\connect crm
CREATE TABLE public.b (id integer);
`
    expect(await selectEntries(await entriesOf(cluster), everything)).toMatchObject({ databases: ['shop', 'crm'] })
  })
})
