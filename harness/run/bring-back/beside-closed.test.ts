import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bringBeside, everythingIn, hung } from '../testing/beside.ts'
import { itemDump, ScratchServer } from '../testing/scratch-server.ts'
import type { BringBackRequest } from './types.ts'

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

const everything = async (without?: RegExp) => everythingIn(scratch, without)
const beside = async (pairs: Readonly<Record<string, string>>, request: Partial<BringBackRequest> = {}) =>
  bringBeside(scratch, pairs, request)

const lines = { 'public."Order Line"': 'public.back' }

describe('nobody but its owner', () => {
  test('reads the copy, whatever default privileges give to whom', async () => {
    await scratch.admin.query('create role stranger')
    const path = await scratch.write('serial.sql', hung)
    await scratch.bring({ path })
    await scratch.read('alter default privileges in schema public grant all on tables to stranger, public')
    await scratch.read('alter default privileges in schema public grant all on sequences to stranger, public')
    const may = async (name: string): Promise<readonly (string | null)[]> =>
      scratch.read(`select has_table_privilege('stranger', '${name}', 'select')`)
    expect(await may('public."Order Line"')).toEqual(['t'])
    const { report } = await beside(lines, { path })
    expect(report?.restored?.state).toBe('complete')
    expect(report?.plan.warnings).toContainEqual(expect.stringContaining('nobody else may read them'))
    expect(await may('public.back')).toEqual(['f'])
    expect(await scratch.read("select has_sequence_privilege('stranger', 'public.back_id_seq', 'usage')")).toEqual([
      'f',
    ])
    expect(await scratch.read("select relrowsecurity from pg_class where relname = 'back'")).toEqual(['t'])
    await scratch.read('drop owned by stranger')
    await scratch.admin.query('drop role stranger')
  })

  test.each([
    { does: 'CREATE POLICY p ON %s USING (true)', says: 'has the policy p' },
    {
      does: 'CREATE TRIGGER t BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      says: 'has the trigger t',
    },
    { does: 'CREATE RULE r AS ON INSERT TO %s DO INSTEAD NOTHING', says: 'holds 0 rows, 2 are in the dump' },
  ])('has to be true in the end: an event trigger that does $does undoes it', async ({ does, says }) => {
    const path = await scratch.write(
      'rows.sql',
      itemDump().replace(
        /COPY[^]*?\\\.\n/,
        "INSERT INTO public.item VALUES (1, 'a');\nINSERT INTO public.item VALUES (2, 'b');\n",
      ),
    )
    await scratch.read(`create function public.meddle() returns event_trigger language plpgsql as $f$
      declare one record; begin
        for one in select * from pg_event_trigger_ddl_commands() where command_tag = 'CREATE TABLE' loop
          execute format('${does}', one.object_identity); end loop; end $f$`)
    await scratch.admin.query(`alter database ${scratch.database} set event_triggers = on`)
    await scratch.read('create event trigger meddle on ddl_command_end execute function public.meddle()')
    const before = await everything()
    const { report } = await beside({ item: 'back' }, { path })
    expect(report?.restored).toMatchObject({ state: 'incomplete', rows: 0, says: expect.stringContaining(says) })
    expect(report?.restored?.says).toContain('nothing was changed')
    expect(await everything()).toEqual(before)
  })

  test('is told of a publication that would send it', async () => {
    await scratch.read('create publication everything for all tables')
    const path = await scratch.write('dump.sql', itemDump())
    const { plan } = await beside({ item: 'back' }, { path, dryRun: true })
    expect(plan?.warnings).toContainEqual(expect.stringContaining('the publication everything'))
  })
})

describe('all of it, or nothing', () => {
  test.each([
    {
      what: 'a row that the server refuses',
      damage: (text: string) => text.replace('2\tcup', 'two\tcup'),
      code: '22P02',
    },
    {
      what: 'an index that it refuses',
      damage: (text: string) =>
        text.replace(
          '\n--\n-- PostgreSQL database dump complete',
          '\nCREATE INDEX i ON public.item USING btree (nowhere);\n\n--\n-- PostgreSQL database dump complete',
        ),
      code: '42703',
    },
    {
      what: 'a type that it lacks',
      damage: (text: string) => text.replace('name text', 'name public.nowhere'),
      code: '42704',
    },
  ])('$what leaves the database as it was', async ({ damage, code }) => {
    const whole = itemDump()
      .replace('-- PostgreSQL database dump\n', '-- PostgreSQL database dump\n')
      .replaceAll('public.item', 'public.first')
    const first = whole.slice(whole.indexOf('CREATE TABLE'), whole.indexOf('\\.') + 3)
    const path = await scratch.write('half.sql', damage(itemDump()).replace('CREATE TABLE', `${first}\nCREATE TABLE`))
    await scratch.read('create table public.mine as select 1 as id')
    const before = await everything()
    const { report } = await beside({ first: 'first_back', item: 'item_back' }, { path })
    expect(report?.restored).toMatchObject({ state: 'incomplete', rows: 0, refused: [{ refusal: { code } }] })
    expect(report?.restored?.says).toContain('nothing was changed')
    expect(await everything()).toEqual(before)
  })

  test('a time limit leaves the database as it was, and nothing running', async () => {
    const endless = `CREATE INDEX i ON public.item USING btree (public.forever(id));`
    const path = await scratch.write('slow.sql', itemDump(endless))
    await scratch.read(`create function public.forever(integer) returns integer language plpgsql immutable
      as $$ begin loop end loop; end $$`)
    const before = await everything()
    const { fault } = await beside({ item: 'back' }, { path, timeLimitMs: 1_500 })
    expect(fault).toMatchObject({ code: 'E_TIMEOUT', message: expect.stringContaining('nothing was changed') })
    expect(await everything()).toEqual(before)
    const busy = `SELECT query FROM pg_stat_activity WHERE datname = '${scratch.database}' AND state = 'active'`
    expect(await scratch.admin.query(busy)).toEqual([])
  })
})
