import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, type Facts } from '../facts/index.ts'
import { judgeWrites, type JudgeWritesOptions } from './judge-writes.ts'
import { probeWrites } from './probe-writes.ts'
import { copyWith, makeProduction } from './testing/api-databases.ts'
import { defaultAccess, listViewers } from './viewers.ts'

let server: DisposableServer
let copies = 0
beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  await makeProduction(server)
})
afterAll(() => server?.[Symbol.asyncDispose]())

const unknown: JudgeWritesOptions = { definitions: 'unknown', behindBefore: new Set() }
const limits = { isCutOff: true, statementTimeoutMs: 5_000, deadlineMs: 60_000 }

async function probeOf(change: string, options: Partial<typeof limits> = {}) {
  copies += 1
  await using copy = await copyWith(server, `copy_${copies}`, change)
  const facts = await observe(copy, { source: 'restored', fingerprint: true })
  const viewers = await listViewers(copy, defaultAccess)
  const probe = await probeWrites(copy, facts, { ...limits, ...options, viewers })
  return { probe, before: facts, after: await observe(copy, { source: 'restored', fingerprint: true }) }
}

/** What was written and undone leaves room behind, and that is all. */
const withoutMoment = (facts: Facts) => ({ ...facts, takenAt: '', server: { ...facts.server, databaseBytes: '0' } })

const redOf = (findings: ReturnType<typeof judgeWrites>): string[] =>
  findings
    .filter(({ status, notice }) => status !== 'same' && !notice)
    .map(({ object, actual }) => `${object} ${actual}`)

test('a sound database takes every write, and keeps no trace of it, its sequences included', async () => {
  const { probe, before, after } = await probeOf('')
  expect(judgeWrites(probe, unknown)).toMatchObject([{ check: 'writes', status: 'same', object: null }])
  expect(probe.tables).toBe(6)
  expect(probe.statements).toBeGreaterThan(16)
  expect(probe.draws).toMatchObject([{ sequence: 'public.posts_id_seq', gives: '31', reached: '30', collides: false }])
  expect(probe.failures.filter(({ sqlstate }) => sqlstate !== '23503')).toEqual([])
  expect(withoutMoment(after)).toEqual(withoutMoment(before))
})

describe('a broken copy', () => {
  test.each<readonly [string, string, string]>([
    ['a trigger that writes to a table that is gone', 'DROP TABLE public.audit', 'public.posts 42P01'],
    [
      'a trigger that calls what is gone',
      `CREATE OR REPLACE FUNCTION public.note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.no_such(OLD.id); RETURN OLD; END $$`,
      'public.posts 42883',
    ],
    ['a trigger that names a column that is gone', 'ALTER TABLE public.audit DROP COLUMN post', 'public.posts 42703'],
    [
      'a trigger that calls into a schema that is gone',
      `CREATE OR REPLACE FUNCTION public.note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM gone.f(); RETURN OLD; END $$`,
      'public.posts 3F000',
    ],
    [
      'a deferred trigger that calls what is gone',
      `CREATE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such(); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON public.countries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.late()`,
      'public.countries 42883',
    ],
    [
      'a trigger of one column',
      `CREATE FUNCTION public.of_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such(); RETURN NEW; END $$;
      CREATE TRIGGER of_name BEFORE UPDATE OF name ON public.countries FOR EACH ROW EXECUTE FUNCTION public.of_name()`,
      'public.countries 42883',
    ],
    [
      'a policy that only some writers meet',
      `CREATE FUNCTION public.gone() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN no_such(); END $$;
      CREATE POLICY gone ON public.posts AS RESTRICTIVE FOR UPDATE TO authenticated USING (public.gone())`,
      'public.posts 42883',
    ],
    [
      'a trigger of a partition',
      `CREATE TABLE public.events (at date) PARTITION BY RANGE (at); CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO public.events VALUES ('2026-05-05'); CREATE FUNCTION public.on_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such(); RETURN NEW; END $$;
      CREATE TRIGGER on_event BEFORE UPDATE ON public.events_2026 FOR EACH ROW EXECUTE FUNCTION public.on_event()`,
      'public.events 42883',
    ],
    ['a sequence behind its column', `SELECT setval('public.posts_id_seq', 7)`, 'public.posts_id_seq 8'],
    [
      'a sequence one behind its column, beside one that is exhausted',
      `SELECT setval('public.posts_id_seq', 29); CREATE SEQUENCE public.spent MAXVALUE 2; SELECT setval('public.spent', 2);
      ALTER TABLE public.secrets ALTER id SET DEFAULT nextval('public.spent')`,
      'public.posts_id_seq 30',
    ],
    [
      'a sequence that has never been drawn from',
      `ALTER SEQUENCE public.posts_id_seq RESTART`,
      'public.posts_id_seq 1',
    ],
    [
      'a setting that makes everything read-only hides nothing',
      `DROP TABLE public.audit; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
      'public.posts 42P01',
    ],
    [
      'a setting that silences triggers hides nothing',
      `DROP TABLE public.audit; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', current_database()); END $$`,
      'public.posts 42P01',
    ],
  ])('%s', async (_, change, expected) => {
    const { probe, before, after } = await probeOf(change)
    expect(redOf(judgeWrites(probe, unknown))).toContain(expected)
    expect(withoutMoment(after)).toEqual(withoutMoment(before))
  })
})

describe('what is no loss', () => {
  const trigger = (
    body: string,
  ): string => `CREATE FUNCTION public.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
    CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON public.countries FOR EACH ROW EXECUTE FUNCTION public.guard()`
  test.each<readonly [string, string]>([
    ['a trigger that raises for its own reasons', trigger(`RAISE EXCEPTION 'countries do not change';`)],
    ['a trigger that denies', trigger(`RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege';`)],
    [
      'a trigger that asks for a setting which clients bring',
      trigger(`PERFORM current_setting('app.user'); RETURN NEW;`),
    ],
    ['a trigger that swallows the row', trigger('RETURN NULL;')],
    ['a trigger that sleeps', trigger('PERFORM pg_sleep(60); RETURN NEW;')],
    [
      'a constraint that its rows no longer meet',
      `ALTER TABLE public.countries ADD CHECK (length(code) > 5) NOT VALID`,
    ],
    ['rows that others refer to', 'DROP TRIGGER note ON public.posts'],
    [
      'functions found only by an application’s own search path',
      `CREATE SCHEMA app; CREATE FUNCTION app.only_there() RETURNS int LANGUAGE sql AS 'SELECT 1';
      ${trigger('PERFORM only_there(); RETURN coalesce(NEW, OLD);')}`,
    ],
    ['a rule that does something else', 'CREATE RULE keep AS ON DELETE TO public.countries DO INSTEAD NOTHING'],
    [
      'a sequence that starts over',
      `CREATE SEQUENCE public.again CYCLE MAXVALUE 3; ALTER TABLE public.secrets ALTER id SET DEFAULT nextval('public.again')`,
    ],
    [
      'a sequence that is exhausted',
      `CREATE SEQUENCE public.full MAXVALUE 2; SELECT setval('public.full', 2); ALTER TABLE public.secrets ALTER id SET DEFAULT nextval('public.full')`,
    ],
    ['empty tables, and tables without columns', `TRUNCATE public.countries; CREATE TABLE public.nothing ()`],
  ])('%s', async (_, change) => {
    expect(redOf(judgeWrites((await probeOf(change, { statementTimeoutMs: 500 })).probe, unknown))).toEqual([])
  })

  test('what fails in production too, by its definitions, is a notice', async () => {
    const { probe } = await probeOf('DROP TABLE public.audit')
    const findings = judgeWrites(probe, { ...unknown, definitions: 'same' })
    expect(redOf(findings)).toEqual([])
    expect(findings).toMatchObject([{ object: 'public.posts', notice: true }, { status: 'same' }])
    expect(redOf(judgeWrites(probe, { ...unknown, definitions: 'differ' }))).toEqual(['public.posts 42P01'])
    expect(findings[0]?.message).toContain('so it fails there too')
    const stoodIn = judgeWrites(probe, { ...unknown, definitions: 'same', hasStandIns: true })
    expect(stoodIn[0]?.message).toContain("or needs what the platform's stand-ins lack")
  })

  test('so is a sequence that was behind already', async () => {
    const { probe } = await probeOf(`SELECT setval('public.posts_id_seq', 7)`)
    expect(redOf(judgeWrites(probe, { ...unknown, behindBefore: new Set(['public.posts_id_seq']) }))).toEqual([])
  })
})

test('on a server that reaches others, no trigger is fired', async () => {
  const { probe } = await probeOf('DROP TABLE public.audit', { isCutOff: false })
  expect(probe.outOfReach).toEqual(['public.posts'])
  expect(judgeWrites(probe, unknown)).toMatchObject([{ status: 'not-checked', notice: true }, { status: 'same' }])
})
