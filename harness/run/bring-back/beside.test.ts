import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseFacts } from '../../facts/index.ts'
import { bringBeside, everythingIn, hung } from '../testing/beside.ts'
import { itemDump, ScratchServer, type Brought } from '../testing/scratch-server.ts'
import type { BringBackRequest } from './types.ts'

const set = fileURLToPath(new URL('../../../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

const everything = async (without?: RegExp) => everythingIn(scratch, without)
const beside = async (pairs: Readonly<Record<string, string>>, request: Partial<BringBackRequest> = {}) =>
  bringBeside(scratch, pairs, request)

describe('tables beside those that are there', () => {
  test('hold every row, and nothing else in the database is another than before', async () => {
    await scratch.bring({ path: set })
    await scratch.read('delete from public.forum_likes')
    const before = await everything()
    const pairs = { 'public.applications': 'public.applications_restored', forum_likes: 'likes_back' }
    const { report, fault } = await beside(pairs, { path: set })
    expect([fault, report?.restored?.refused]).toEqual([null, []])
    expect(report?.restored).toMatchObject({ state: 'complete', rows: 396 + 297, orphans: [] })
    expect(await everything(/applications_restored|likes_back/)).toEqual(before)
    const rows = async (name: string) => scratch.read(`select t::text from ${name} as t order by 1`)
    expect(await rows('public.applications_restored')).toEqual(await rows('public.applications'))
    const baseline = parseFacts(await readFile(join(set, 'baseline.json'), 'utf8'))
    const [was] = baseline.tables.filter(({ name }) => name === 'forum_likes')
    const [is] = (await everything()).tables.filter(({ name }) => name === 'likes_back')
    expect({ ...is, name: was?.name }).toMatchObject({ ...was })
  })
})

const lines = { 'public."Order Line"': 'public.back' }

async function shape(table: string): Promise<readonly (string | null)[]> {
  return scratch.read(`
    select 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull || coalesce(attstattarget::text, '')
      || coalesce((select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum), '')
    from pg_attribute where attrelid = '${table}'::regclass and attnum > 0
    union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = '${table}'::regclass
    union all select pg_get_indexdef(indexrelid) from pg_index where indrelid = '${table}'::regclass
    union all select 'trigger ' || tgname from pg_trigger where tgrelid = '${table}'::regclass
    union all select 'policy ' || polname from pg_policy where polrelid = '${table}'::regclass order by 1`)
}

describe('what hangs on a table', () => {
  beforeEach(async () => {
    const path = await scratch.write('hung.sql', hung)
    expect((await scratch.bring({ path })).report?.restored).toMatchObject({ state: 'complete' })
  })
  const bring = async (more: Partial<BringBackRequest> = {}): Promise<Brought> =>
    beside(lines, { path: join(scratch.folder, 'hung.sql'), ...more })

  test('comes along under names of its own, or is named as left out', async () => {
    const before = await everything()
    const { report } = await bring()
    expect(report?.restored).toMatchObject({ state: 'complete', rows: 2, sequences: 3, withoutDefault: [] })
    expect(await everything(/back/)).toEqual(before)
    const old = await shape('public."Order Line"')
    const renamed = old
      .filter((line) => !/^trigger|^policy|FOREIGN KEY/.test(line ?? ''))
      .map((line) =>
        (line ?? '')
          .replace(/"Order Line_id_seq"/, 'back_id_seq')
          .replace('public.shared', 'public.back_shared')
          .replace("nextval('shared'", "nextval('back_shared'")
          .replace(/"Order Line_pkey"|(?<=constraint )Order Line_pkey/, 'back_pkey')
          .replace(/"lines once"|(?<=constraint )lines once/, (found) =>
            found.startsWith('"') ? '"back_lines once"' : 'back_lines once',
          )
          .replace(/(?<=INDEX )"on"/, 'back_on')
          .replace('public."Order Line"', 'public.back'),
      )
    expect(new Set(await shape('public.back'))).toEqual(new Set(renamed))
    expect(report?.plan.leftOut.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        'public.Order Line: foreign key to item: the copy refers to nothing',
        'public.Order Line: trigger touched: nothing happens by itself in the copy',
        'public.Order Line: policy everybody: nobody but its owner reads the copy',
        'public.Order Line: privileges: nobody but its owner reads the copy',
      ]),
    )
    const comments = "select obj_description('public.back'::regclass) || col_description('public.back'::regclass, 5)"
    expect(await scratch.read(comments)).toEqual([`public."Order Line" it'sn`])
  })

  test('counts on by sequences of its own', async () => {
    await bring()
    const positions =
      "select (select last_value from public.\"Order Line_id_seq\") || ' ' || (select last_value from public.line_number) || ' ' || (select last_value from public.shared)"
    const before = await scratch.read(positions)
    const made = await scratch.read(
      "insert into public.back (item) values (1) returning id || ' ' || number || ' ' || code",
    )
    expect(made).toEqual(['3 12 C-41'])
    expect(await scratch.read(positions)).toEqual(before)
    const owned =
      "select pg_get_serial_sequence('public.back', 'id') || pg_get_serial_sequence('public.back', 'number')"
    expect(await scratch.read(owned)).toEqual(['public.back_id_seqpublic.back_line_number'])
  })

  test('comes again beside the first copy, under names that are free', async () => {
    await scratch.read('create table public.back_2_pkey ()')
    await scratch.read("create type public.back_2_on as enum ('a')")
    await bring()
    const { report } = await beside(
      { 'public."Order Line"': 'public.back_2' },
      { path: join(scratch.folder, 'hung.sql') },
    )
    expect(report?.restored?.state).toBe('complete')
    const indexes =
      "select indexrelid::regclass::text from pg_index where indrelid = 'public.back_2'::regclass order by 1"
    expect(await scratch.read(indexes)).toEqual(['"back_2_lines once"', 'back_2_on_2', 'back_2_pkey_2'])
  })

  test('comes from two tables that take numbers from one sequence, to each its own', async () => {
    const more = `CREATE TABLE public.other (code bigint DEFAULT nextval('public.shared'::regclass));\n`
    const path = await scratch.write(
      'two.sql',
      hung.replace('ALTER TABLE ONLY public.item ADD', `${more}ALTER TABLE ONLY public.item ADD`),
    )
    const { report } = await beside({ ...lines, other: 'other_back' }, { path })
    expect(report?.restored?.state).toBe('complete')
    const other = await scratch.read('insert into public.other_back values (default) returning code')
    const back = await scratch.read('insert into public.back (item) values (1) returning code')
    expect([other, back]).toEqual([['41'], ['C-41']])
  })
})

describe('a default that would count on by the sequence of another', () => {
  test.each(["nextval('public.numbers'::regclass)", "nextval(('public.numbers'::text)::regclass)"])(
    'is dropped, and said: %s',
    async (expression) => {
      await scratch.read('create sequence public.numbers')
      const path = await scratch.write(
        'foreign.sql',
        itemDump().replace('name text', `name text DEFAULT ${expression}`),
      )
      const { report } = await beside({ item: 'back' }, { path })
      expect(report?.restored).toMatchObject({ state: 'complete', withoutDefault: ['public.back.name'] })
      expect(await scratch.read("select count(*) from pg_attrdef where adrelid = 'public.back'::regclass")).toEqual([
        '0',
      ])
    },
  )
})
