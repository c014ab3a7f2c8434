import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault, silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import {
  beginReadOnly,
  observe,
  observeSequences,
  withSequencesAfter,
  parseFacts,
  serialiseFacts,
  type Facts,
} from './index.ts'
import { loadRichDatabase } from './rich-database/load-rich-database.ts'
import { observedMajors, withServersBesideTools } from './testing/observed-majors.ts'

const engine = embeddedEngine(withServersBesideTools())
for (const { major, title, isSkipped } of await observedMajors(engine)) {
  describe.skipIf(isSkipped)(`observing a database on ${title}`, () => {
    let server: DisposableServer
    let facts: Facts

    beforeAll(async () => {
      server = await engine.start(
        { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
        { signal: new AbortController().signal, progress: silentProgress },
      )
      await loadRichDatabase(server)
      facts = await withSession('rich', (session) => observe(session, { source: 'restored', fingerprint: true }))
    })
    afterAll(() => server[Symbol.asyncDispose]())

    async function withSession<T>(database: string, use: (session: Session) => Promise<T>): Promise<T> {
      await using session = await server.connect(database)
      return await use(session)
    }

    async function madeDatabase(name: string, sql: string): Promise<void> {
      await server.createDatabase(name)
      await withSession(name, (session) => session.query(sql))
    }

    it('finds every kind of object', () => {
      expect([...new Set(facts.objects.map(({ kind }) => kind))]).toEqual(
        expect.arrayContaining([
          'aggregate',
          'cast',
          'collation',
          'column',
          'constraint',
          'conversion',
          'database',
          'default privileges',
          'domain',
          'enum',
          'event trigger',
          'extension',
          'foreign data wrapper',
          'foreign server',
          'foreign table',
          'function',
          'index',
          'language',
          'large object',
          'materialized view',
          'operator',
          'operator class',
          'operator family',
          'policy',
          'publication',
          'role',
          'rule',
          'schema',
          'sequence',
          'statistics',
          'table',
          'text search configuration',
          'text search dictionary',
          'trigger',
          'type',
          'user mapping',
          'view',
        ]),
      )
    })

    it('gives each object one identity within its kind', () => {
      const names = facts.objects.map(({ kind, identity }) => `${kind} ${identity}`)
      expect(new Set(names).size).toBe(names.length)
    })

    it('leaves out what belongs to an extension, the system and the session', () => {
      expect(facts.objects.filter(({ identity }) => /hstore/.test(identity)).map(({ kind }) => kind)).toEqual([
        'extension',
      ])
      expect(facts.schemas).toEqual(['app', 'public'])
    })

    it('counts partitions and not their root, and no foreign table', () => {
      expect(facts.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows])).toEqual([
        ['app.User Account', '100'],
        ['app.ages', '50'],
        ['app.booking', '0'],
        ['app.cache', '1'],
        ['app.child', '1'],
        ['app.event_2025', '21'],
        ['app.event_2026', '29'],
        ['app.parent', '2'],
        ['app.team', '5'],
        ['pg_catalog.pg_largeobject', '1'],
        ['public.plain', '3'],
      ])
    })

    it('fingerprints what a dump holds: generated columns are computed anew by every restore', async () => {
      await madeDatabase(
        'generated',
        `create table public.t (a text, g text generated always as (upper(a)) stored); insert into public.t values ('x')`,
      )
      const read = () =>
        withSession('generated', (session) => observe(session, { source: 'restored', fingerprint: true }))
      const before = await read()
      expect(before.tables).toEqual([expect.objectContaining({ name: 't', columns: ['a'] })])
      await withSession('generated', (session) => session.query(`update public.t set a = 'y'`))
      expect((await read()).tables[0]?.fingerprint).not.toBe(before.tables[0]?.fingerprint)
    })

    it('reads where sequences stand and how far their columns have come', () => {
      expect(facts.sequences).toEqual([
        expect.objectContaining({
          name: 'User Account_id_seq',
          lastValue: '100',
          isCalled: true,
          columnMax: '100',
          ownedBy: 'app."User Account".id',
        }),
        expect.objectContaining({ name: 'team_id_seq', lastValue: '5', columnMax: '5', ownedBy: 'app.team.id' }),
        expect.objectContaining({ name: 'ticket', lastValue: '20', columnMax: null, ownedBy: null, increment: '5' }),
      ])
    })

    it('keeps no secret of a foreign server or user mapping', () => {
      expect(serialiseFacts(facts)).not.toContain('hidden')
    })

    it('gives the same bytes twice, and again after they were read from a file', async () => {
      const again = await withSession('rich', (session) =>
        observe(session, { source: 'restored', fingerprint: true, takenAt: facts.takenAt }),
      )
      const file = serialiseFacts(facts)
      const bytes = (text: string): string => text.replace(/"databaseBytes":"\d+"/, '')
      expect(bytes(serialiseFacts(again))).toBe(bytes(file))
      expect(serialiseFacts(parseFacts(file))).toBe(file)
    })

    it('is not deceived by decoys: functions, a view of pg_class, types, settings', async () => {
      const made = `CREATE TABLE public.t (a text, z timestamptz); INSERT INTO public.t VALUES ('x', '2026-01-01 00:00+00')`
      await madeDatabase('honest', made)
      await madeDatabase(
        'deceitful',
        `${made};
       CREATE FUNCTION public.hashtextextended(text, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
       CREATE FUNCTION public.md5(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'same' $$;
       CREATE FUNCTION public.count() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
       CREATE FUNCTION public.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
       CREATE OPERATOR public.= (FUNCTION = public.same, LEFTARG = text, RIGHTARG = text);
       CREATE VIEW public.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
       CREATE VIEW public.pg_namespace AS SELECT * FROM pg_catalog.pg_namespace WHERE false;
       CREATE DOMAIN public.text AS pg_catalog.text DEFAULT 'decoy';
       ALTER DATABASE deceitful SET search_path = public, pg_catalog;
       ALTER DATABASE deceitful SET TimeZone = 'Asia/Tokyo';
       ALTER DATABASE deceitful SET row_security = off;
       ALTER DATABASE deceitful SET statement_timeout = '1ms';
       ALTER DATABASE deceitful SET extra_float_digits = -5;
       ALTER DATABASE deceitful SET quote_all_identifiers = on;
       ALTER DATABASE deceitful SET role = app_reader`,
      )
      const honest = await withSession('honest', (session) =>
        observe(session, { source: 'restored', fingerprint: true }),
      )
      const deceitful = await withSession('deceitful', (session) =>
        observe(session, { source: 'restored', fingerprint: true }),
      )
      expect(deceitful.tables).toEqual(honest.tables)
      const names = deceitful.objects.map(({ kind, identity }) => `${kind} ${identity}`)
      expect(names).toEqual(expect.arrayContaining(honest.objects.map(({ kind, identity }) => `${kind} ${identity}`)))
      expect(names).toContain('view public.pg_class')
    })

    it('is not deceived by temporary tables of the session', async () => {
      await withSession('rich', async (session) => {
        await session.query(
          `CREATE TEMPORARY TABLE pg_class (oid oid); CREATE TYPE pg_temp.text AS (a integer); CREATE TEMPORARY TABLE plain ()`,
        )
        const inside = await observe(session, { source: 'restored', fingerprint: true, takenAt: facts.takenAt })
        expect(inside.objects).toEqual(facts.objects)
        expect(inside.tables).toEqual(facts.tables)
      })
    })

    it('says which tables it may not read, and reads the others', async () => {
      await madeDatabase(
        'guarded',
        `CREATE TABLE open (id integer); INSERT INTO open VALUES (1);
       CREATE TABLE closed (id serial); INSERT INTO closed VALUES (1);
       CREATE TABLE filtered (id integer); INSERT INTO filtered VALUES (1), (2);
       ALTER TABLE filtered ENABLE ROW LEVEL SECURITY;
       CREATE POLICY one ON filtered USING (id = 1);
       GRANT SELECT ON open, filtered TO app_login`,
      )
      await withSession('guarded', async (session) => {
        await session.query('SET SESSION AUTHORIZATION app_login')
        await beginReadOnly(session, { statementTimeoutMs: 10_000, lockTimeoutMs: 100 })
        const guarded = await observe(session, { source: 'live', fingerprint: true })
        await session.query('COMMIT')
        expect(guarded.tables).toEqual([
          expect.objectContaining({
            name: 'closed',
            rows: '0',
            unreadable: expect.stringContaining('permission denied'),
          }),
          expect.objectContaining({
            name: 'filtered',
            rows: '0',
            unreadable: expect.stringContaining('row-level security'),
          }),
          expect.not.objectContaining({ unreadable: expect.anything() }),
        ])
        expect(guarded.sequences).toEqual([
          expect.objectContaining({ name: 'closed_id_seq', unreadable: expect.stringContaining('permission denied') }),
        ])
      })
    })

    it('says that a matview was never refreshed', async () => {
      await madeDatabase('stale', 'CREATE MATERIALIZED VIEW v AS SELECT 1 AS a WITH NO DATA')
      const { tables } = await withSession('stale', (session) =>
        observe(session, { source: 'restored', fingerprint: true }),
      )
      expect(tables).toEqual([expect.objectContaining({ name: 'v', populated: false, rows: '0' })])
    })

    it('observes only the schemas asked for, but for those excluded', async () => {
      await withSession('rich', async (session) => {
        const only = await observe(session, { source: 'restored', fingerprint: false, schemas: ['public'] })
        const but = await observe(session, { source: 'restored', fingerprint: false, exclude: { schemas: ['app'] } })
        expect(only.schemas).toEqual(['public'])
        expect(but.objects).toEqual(only.objects)
      })
    })

    it('opens a transaction that cannot write, and leaves none open', async () => {
      await withSession('rich', async (session) => {
        await beginReadOnly(session, { statementTimeoutMs: 60_000, lockTimeoutMs: 100 })
        await expect(session.query('CREATE TABLE t ()')).rejects.toMatchObject({ facts: { sqlstate: '25006' } })
        await session.query('ROLLBACK')
        await observe(session, { source: 'live', fingerprint: false })
        await session.query('CREATE TABLE public.t ()')
        await session.query('DROP TABLE public.t')
      })
    })

    it('stays in the snapshot of the transaction that the caller opened', async () => {
      await madeDatabase('moving', 'CREATE TABLE t (id integer); INSERT INTO t VALUES (1)')
      await withSession('moving', async (session) => {
        await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
        await session.query('SELECT 1 FROM public.t')
        await withSession('moving', (other) => other.query('INSERT INTO t VALUES (2)'))
        const { tables } = await observe(session, { source: 'dump-snapshot', fingerprint: false })
        expect(tables[0]).toMatchObject({ rows: '1' })
        await session.query('COMMIT')
      })
    })

    it('reads positions of sequences anew, whatever the snapshot', async () => {
      await madeDatabase('drawing', 'CREATE TABLE t (id serial); INSERT INTO t DEFAULT VALUES')
      await withSession('drawing', async (session) => {
        await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
        const before = await observe(session, { source: 'dump-snapshot', fingerprint: false })
        await withSession('drawing', (other) => other.query('INSERT INTO t DEFAULT VALUES'))
        const after = withSequencesAfter(before, await observeSequences(session))
        await session.query('COMMIT')
        expect(after.sequences).toEqual([
          expect.objectContaining({ lastValue: '1', columnMax: '1', after: { lastValue: '2', isCalled: true } }),
        ])
      })
    })

    it('lets go of locks as it goes: more tables than the lock table holds', async () => {
      const many = Array.from({ length: 40 }, (_, index) => `CREATE TABLE t${index} (id serial PRIMARY KEY);`).join('')
      await madeDatabase('many', many)
      await withSession('many', async (session) => {
        await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
        await observe(session, { source: 'dump-snapshot', fingerprint: true })
        const [row] = await session.query(
          'SELECT count(*) AS held FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384',
        )
        await session.query('COMMIT')
        expect(Number(row?.['held'])).toBeLessThan(30)
      })
    })

    it('stops when told to', async () => {
      const cancelled = AbortSignal.abort(new Fault('E_INTERRUPTED', 'interrupted'))
      await withSession('rich', async (session) => {
        await expect(
          observe(session, { source: 'restored', fingerprint: true, signal: cancelled }),
        ).rejects.toMatchObject({
          code: 'E_INTERRUPTED',
        })
      })
    })
  })
}
