import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bringBeside, everythingIn } from '../testing/beside.ts'
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

describe('beside others is refused', () => {
  const made = `CREATE VIEW public.seen AS SELECT 1 AS a;
CREATE TABLE public.parted (id integer) PARTITION BY LIST (id);
CREATE TABLE public.child (more integer) INHERITS (public.item);
CREATE TABLE public.keyed (id integer REFERENCES public.item (id));
`

  test.each([
    { pairs: { item: 'mine' }, code: 'E_TARGET_NOT_EMPTY', says: 'called public.mine' },
    { pairs: { item: 'kind' }, code: 'E_TARGET_NOT_EMPTY', says: 'called public.kind' },
    { pairs: { item: 'mine_pkey' }, code: 'E_TARGET_NOT_EMPTY', says: 'called public.mine_pkey' },
    { pairs: { item: 'MINE' }, code: 'E_TARGET_NOT_EMPTY', says: 'called public.mine' },
    { pairs: { item: 'nowhere.back' }, code: 'E_SELECTION_EMPTY', says: 'no schema nowhere' },
    { pairs: { itm: 'back' }, code: 'E_SELECTION_EMPTY', says: 'no table itm' },
    { pairs: { seen: 'back' }, code: 'E_SELECTION_EMPTY', says: 'it is no table' },
    { pairs: { parted: 'back' }, code: 'E_SELECTION_EMPTY', says: 'it is partitioned' },
    { pairs: { child: 'back' }, code: 'E_SELECTION_EMPTY', says: 'inherits' },
    { pairs: { keyed: 'back' }, code: 'E_SELECTION_EMPTY', says: 'foreign keys' },
    { pairs: { item: 'a b' }, code: 'E_USAGE', says: 'no name' },
    { pairs: { item: '' }, code: 'E_USAGE', says: 'no name' },
    { pairs: { item: 'a.b.c' }, code: 'E_USAGE', says: 'no name' },
    { pairs: { item: 'back; drop table mine' }, code: 'E_USAGE', says: 'no name' },
    { pairs: { item: 'x'.repeat(64) }, code: 'E_USAGE', says: 'no name' },
    { pairs: { item: 'back', 'public.item': 'BACK' }, code: 'E_USAGE', says: 'two tables' },
  ])('$pairs', async ({ pairs, code, says }) => {
    const path = await scratch.write('made.sql', itemDump(made))
    await scratch.read('create table public.mine (id int primary key)')
    await scratch.read("create type public.kind as enum ('a')")
    const before = await everything()
    const { fault } = await beside(pairs, { path })
    expect(fault).toMatchObject({ code, kind: 'refused', message: expect.stringContaining(says) })
    expect(await everything()).toEqual(before)
  })

  test.each([
    { as: ['a', 'b'], tables: ['item'] },
    { as: ['a'], tables: [] },
    { as: ['a'], tables: ['item'], only: 'data' as const },
    { as: ['a'], tables: ['item'], schemas: ['public'] },
  ])('what does not go together: %j', async (request) => {
    await scratch.write('dump.sql', itemDump())
    expect((await scratch.bring(request)).fault).toMatchObject({ code: 'E_USAGE' })
  })

  test('production, under whatever name', async () => {
    const path = await scratch.write('dump.sql', itemDump())
    const before = await everything()
    const environment = { PRODUCTION: scratch.url() }
    const { fault } = await beside({ item: 'back' }, { path, production: 'env:PRODUCTION', environment })
    expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION' })
    expect(await everything()).toEqual(before)
  })
})
