import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serialiseFacts } from '../facts/index.ts'
import { RehearsedShop } from './testing/rehearsed-shop.ts'

let shop: RehearsedShop
beforeAll(async () => {
  shop = await RehearsedShop.start()
})
afterAll(async () => shop[Symbol.asyncDispose]())

describe('a migration that goes through', () => {
  it('is GO, and says nothing changed where nothing did', async () => {
    const report = await shop.rehearse({ sql: 'select 1' })
    expect(report).toMatchObject({ answer: 'GO', reason: expect.stringMatching(/nothing changed$/) })
    expect(report.changes).toEqual({ schemaDiffs: [], tables: [], rewrites: [], losses: [] })
    expect(report.run).toMatchObject({ exitCode: 0, killedBy: null, timedOut: false, connections: 1, leftBehind: [] })
  })

  it('shows the schema, the rows, the rewrites and what was lost', async () => {
    const report = await shop.rehearse({
      sql: `
        ALTER TABLE public.customer DROP COLUMN phone, DROP COLUMN note;
        ALTER TABLE public.orders ALTER COLUMN total TYPE double precision;
        DELETE FROM public.orders WHERE id > 45;
        DROP TABLE public.session;
        CREATE TABLE public.invoice (id integer);
        INSERT INTO public.invoice VALUES (1), (2);
      `,
    })
    expect(report.answer).toBe('GO')
    const { schemaDiffs = [], tables, rewrites, losses } = report.changes ?? {}
    expect(schemaDiffs.map(({ object }) => object)).toEqual(
      expect.arrayContaining(['column public.customer.phone', 'column public.orders.total', 'table public.invoice']),
    )
    expect(schemaDiffs.map(({ diff }) => diff).join('\n')).toContain('--- before/column public.orders.total')
    expect(tables).toEqual([
      { table: 'public.invoice', was: null, rowsBefore: null, rowsAfter: '2', content: 'not-compared' },
      { table: 'public.orders', was: null, rowsBefore: '50', rowsAfter: '45', content: 'differs' },
      { table: 'public.session', was: null, rowsBefore: '7', rowsAfter: null, content: 'not-compared' },
    ])
    expect(rewrites?.map(({ relation, how }) => `${relation} ${how}`)).toContain('public.orders rewritten')
    expect(losses?.map(({ text }) => text)).toEqual([
      'public.orders has 5 rows fewer: 45 of 50 are left',
      'table public.session is gone, with 7 rows',
      'column public.customer.phone is gone, with 40 values',
    ])
    expect(report.reason).toMatch(/3 losses$/)
  })

  it('names protection that went: policies, row security, privileges, constraints', async () => {
    const report = await shop.rehearse({
      sql: `
        DROP POLICY own_rows ON public.customer;
        ALTER TABLE public.customer DISABLE ROW LEVEL SECURITY;
        REVOKE UPDATE ON public.customer FROM clerk;
        REVOKE ALL ON public.customer FROM visitor;
        ALTER TABLE public.customer DROP CONSTRAINT name_is_there;
        ALTER TABLE public.orders RENAME TO purchase;
      `,
    })
    expect(report.changes?.losses.map(({ text }) => text).sort()).toEqual([
      'clerk has lost UPDATE on table public.customer',
      'constraint public.customer.name_is_there is gone',
      'policy public.customer.own_rows is gone',
      'row level security of public.customer is off: its policies hold for nobody',
      'visitor has lost SELECT on table public.customer',
    ])
    expect(report.changes?.tables).toEqual([
      { table: 'public.purchase', was: 'public.orders', rowsBefore: '50', rowsAfter: '50', content: 'same' },
    ])
  })

  it('takes what was renamed, or dropped and made anew, for no loss', async () => {
    const { changes } = await shop.rehearse({
      sql: `
        ALTER TABLE public.customer RENAME CONSTRAINT name_is_there TO has_name;
        ALTER TABLE public.customer RENAME COLUMN phone TO telephone;
        ALTER POLICY own_rows ON public.customer RENAME TO mine;
        CREATE TABLE public.new_session AS SELECT * FROM public.session;
        DROP TABLE public.session;
        ALTER TABLE public.new_session RENAME TO session;
      `,
    })
    expect(changes?.losses).toEqual([])
    expect(changes?.tables).toEqual([])
    expect(changes?.schemaDiffs.map(({ object }) => object)).toContain('policy public.customer.mine')
  })

  it('tells an emptied table from a rewritten one', async () => {
    const { changes } = await shop.rehearse({ sql: 'TRUNCATE public.session; VACUUM FULL public.orders' })
    expect(changes?.rewrites.map(({ relation, how }) => `${relation} ${how}`)).toEqual(
      expect.arrayContaining(['public.session emptied', 'public.orders rewritten']),
    )
    expect(changes?.losses.map(({ object }) => object)).toEqual(['public.session'])
  })

  it('says which locks it held, how strong and how long', async () => {
    const { locks, answer } = await shop.rehearse({
      sql: `
        BEGIN; LOCK TABLE public.orders IN SHARE MODE; SELECT pg_sleep(0.5); COMMIT;
        BEGIN; LOCK TABLE public.customer IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT;
      `,
    })
    expect(answer).toBe('GO')
    expect(locks).toEqual([
      expect.objectContaining({ relation: 'public.customer', mode: 'ACCESS EXCLUSIVE', blocks: 'reads and writes' }),
      expect.objectContaining({ relation: 'public.orders', mode: 'SHARE', blocks: 'writes' }),
    ])
    expect(locks[0]?.heldMs).toBeGreaterThan(1_800)
    expect(locks[0]?.heldMs).toBeLessThan(5_000)
    expect(locks[1]?.heldMs).toBeLessThan(1_800)
  })

  it('names locks that were too short to be seen, by what they were taken for', async () => {
    const { locks } = await shop.rehearse({
      sql: `
        ALTER TABLE public.customer ADD COLUMN age integer;
        ALTER TABLE public.orders RENAME COLUMN total TO amount;
        TRUNCATE public.session;
      `,
    })
    const named = locks.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE').map(({ relation }) => relation)
    expect(named.sort()).toEqual(['public.customer', 'public.orders', 'public.session'])
  })

  it('sees other values in the columns that stayed, whatever became of the others', async () => {
    const { changes } = await shop.rehearse({
      sql: `
        ALTER TABLE public.customer DROP COLUMN note, ADD COLUMN age integer;
        UPDATE public.customer SET age = 7;
        ALTER TABLE public.customer RENAME COLUMN phone TO telephone;
        ALTER TABLE public.orders ADD COLUMN paid boolean, ALTER COLUMN total TYPE text;
        UPDATE public.orders SET customer = 1 WHERE id = 7;
        ALTER TABLE public.session RENAME TO login; ALTER TABLE public.login ADD COLUMN since date;
        UPDATE public.login SET token = 'other' WHERE id = 1;
      `,
    })
    expect(changes?.tables).toEqual([
      { table: 'public.login', was: 'public.session', rowsBefore: '7', rowsAfter: '7', content: 'differs' },
      { table: 'public.orders', was: null, rowsBefore: '50', rowsAfter: '50', content: 'differs' },
    ])
  })

  it('says when its own sessions waited for each other', async () => {
    const command = `
      node run-sql.mjs "begin; lock table public.session; select pg_sleep(1.5)" &
      sleep 0.7; node run-sql.mjs "select count(*) from public.session"; wait`
    const { locks } = await shop.rehearse(command)
    expect(locks[0]).toMatchObject({ relation: 'public.session', waiters: 1 })
    expect(locks[0]?.waitedMs).toBeGreaterThan(200)
  })

  it('leaves the restored copy and its name as they were, whatever it did', async () => {
    const before = serialiseFacts(await shop.look())
    const report = await shop.rehearse({ sql: 'DROP TABLE public.orders; ALTER DATABASE shop SET app.colour = green' })
    expect(report.changes?.schemaDiffs.map(({ object }) => object)).toEqual([
      'table public.orders',
      'database database',
    ])
    expect(serialiseFacts(await shop.look())).toBe(before)
  })
})

describe('a migration that fails', () => {
  it('is NO-GO, with its end and with what it left half done', async () => {
    const report = await shop.rehearse({
      sql: 'ALTER TABLE public.customer ADD COLUMN a integer; ALTER TABLE public.nowhere ADD COLUMN b integer;',
    })
    expect(report).toMatchObject({
      answer: 'NO-GO',
      reason: expect.stringMatching(/^it failed with exit code 1 after /),
    })
    expect(report.run?.lastLines.join('\n')).toContain('relation "public.nowhere" does not exist')
    expect(report.changes?.schemaDiffs.map(({ object }) => object)).toEqual(['column public.customer.a'])
  })

  it('by a signal is NO-GO', async () => {
    expect(await shop.rehearse('kill -TERM $$')).toMatchObject({
      answer: 'NO-GO',
      reason: expect.stringMatching(/^it was ended by SIGTERM/),
    })
  })

  it('by never ending is NO-GO at its time limit, and nothing of it runs on', async () => {
    const report = await shop.rehearse(
      { sql: 'BEGIN; LOCK TABLE public.orders; SELECT pg_sleep(600)' },
      { timeoutMs: 1_500 },
    )
    expect(report).toMatchObject({ answer: 'NO-GO', run: { timedOut: true } })
    expect(report.reason).toMatch(/^it had not ended after [1-9]/)
    await using session = await shop.server.connect('postgres')
    const rows = await session.query(
      "select query from pg_stat_activity where query like '%pg_sleep(600%' and pid <> pg_backend_pid()",
    )
    expect(rows).toEqual([])
  })

  it('by crashing the server is UNDECIDED: that is nobody’s answer', async () => {
    await using own = await RehearsedShop.start()
    // An internal function that takes a number for an address.
    const crash = "create function boom(bigint) returns cstring strict language internal as 'textout'; select boom(1)"
    const report = await own.rehearse(`node run-sql.mjs "${crash}"; sleep 1`)
    expect(report.answer).toBe('UNDECIDED')
    expect(report.changes).toBeNull()
  })

  it('interrupted is UNDECIDED, and ended', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('interrupted')), 700)
    const report = await shop.rehearse({ sql: 'select pg_sleep(30)' }, { signal: controller.signal })
    expect(report).toMatchObject({ answer: 'UNDECIDED', reason: 'the rehearsal was ended before the migration was' })
    expect(serialiseFacts(await shop.look())).toBe(serialiseFacts(shop.facts))
  })
})

it('a command that never connects proves nothing: UNDECIDED', async () => {
  expect(await shop.rehearse('true')).toMatchObject({
    answer: 'UNDECIDED',
    reason: expect.stringContaining('never connected to DATABASE_URL'),
  })
})
