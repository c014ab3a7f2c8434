import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { itemDump, ScratchServer } from '../testing/scratch-server.ts'

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
  await scratch.admin.query('create role owner login')
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

describe('rows alone, by a role that may not switch triggers off', () => {
  beforeEach(async () => {
    await scratch.write('dump.sql', itemDump())
    await scratch.admin.query(`alter database ${scratch.database} owner to owner`)
    await scratch.read('create table public.item (id int, name text)')
    await scratch.read('alter table public.item owner to owner')
  })
  const bring = async () => scratch.bring({ only: 'data', environment: { TARGET: scratch.url(undefined, 'owner') } })

  test('are not complete where a trigger added some', async () => {
    await scratch.read(`create function public.more() returns trigger language plpgsql as
      $$ begin insert into public.item values (3, 'by itself'); return null; end $$`)
    await scratch.read(
      'create trigger more after insert on public.item for each statement when (pg_trigger_depth() = 0) execute function public.more()',
    )
    const { report } = await bring()
    expect(report?.restored).toMatchObject({
      state: 'incomplete',
      miscounted: [{ name: 'public.item', rows: 3, rowsLoaded: 2 }],
      says: expect.stringContaining('1 table with other rows than were loaded'),
    })
  })

  test('are not complete where a trigger swallowed some', async () => {
    await scratch.read(`create function public.less() returns trigger language plpgsql as
      $$ begin if new.id = 1 then return null; end if; return new; end $$`)
    await scratch.read('create trigger less before insert on public.item for each row execute function public.less()')
    expect((await bring()).report?.restored?.state).toBe('incomplete')
  })

  test('are refused by a foreign key as they come, and that is said', async () => {
    await scratch.read('create table public.parent (id int primary key)')
    await scratch.read('alter table public.parent owner to owner')
    await scratch.read('alter table public.item add foreign key (id) references public.parent')
    const { report } = await bring()
    expect(report?.restored).toMatchObject({ state: 'incomplete', rows: 0, refused: [{ refusal: { code: '23503' } }] })
  })
})
