import { describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { conditionNotRun, conditionsOf, expressionOf } from './configuration-rows.ts'
import { narrowRows } from './narrow-rows.ts'
import { observe } from './observe.ts'
import { readSourceNotes, sourceNotesOf } from './source-notes.ts'

describe('a condition is run as one expression', () => {
  it.each([
    ['WHERE id > 1000', 'id > 1000'],
    ['where NOT (srid BETWEEN 1 AND 2)\n  OR name = $;$', null],
    [
      "WHERE NOT (srid BETWEEN 1 AND 2)\n  OR name = 'it''s ; -- (fine'",
      "NOT (srid BETWEEN 1 AND 2)\n  OR name = 'it''s ; -- (fine'",
    ],
    ['WHERE a - b / 2 > -1 AND "od;d" IS NULL', 'a - b / 2 > -1 AND "od;d" IS NULL'],
    ['WHERE true; DROP TABLE t', null],
    ['WHERE true) AS t; DROP TABLE t --', null],
    ['WHERE true) UNION (SELECT 1', null],
    ['WHERE (true', null],
    ['WHERE true -- x', null],
    ['WHERE true /* x */', null],
    [String.raw`WHERE a = E'\'; DROP TABLE t'`, null],
    ["WHERE a = 'open", null],
    ['LIMIT 1', null],
    ['', null],
  ])('%j: %j', (condition, expected) => {
    expect(expressionOf(condition)).toBe(expected)
  })
})

const rows = `
  CREATE TABLE partly (id integer PRIMARY KEY, value text);
  INSERT INTO partly VALUES (1, 'came'), (1001, 'mine'), (1002, 'mine too');
  CREATE EXTENSION pg_trgm SCHEMA pg_catalog; ALTER EXTENSION pg_trgm ADD TABLE partly;
  CREATE SEQUENCE calls; CREATE FUNCTION told(integer) RETURNS boolean LANGUAGE sql AS 'SELECT nextval(''public.calls'') > 0';
  UPDATE pg_extension SET extconfig = ARRAY['partly'::regclass::oid], extcondition = ARRAY[:condition] WHERE extname = 'pg_trgm'`

describe('a table of which an extension brings rows', () => {
  it('is counted by its condition, on a copy only if that was recorded', async () => {
    const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
    await using server = await embeddedEngine().start(need, {
      signal: new AbortController().signal,
      progress: silentProgress,
    })
    const open = async (name: string, condition: string) => {
      await server.createDatabase(name)
      const session = await server.connect(name)
      await session.query(rows.replace(':condition', `'${condition}'`))
      return session
    }
    await using production = await open('production', 'WHERE id > 1000')
    await production.query(
      `CREATE MATERIALIZED VIEW "Never" AS SELECT 1 AS a WITH NO DATA; CREATE MATERIALIZED VIEW filled AS SELECT 1 AS a`,
    )
    await using copy = await open('copy', 'WHERE id > 1000')
    await using hostile = await open('hostile', 'WHERE public.told(id)')
    const baseline = await observe(production, { source: 'dump-snapshot', fingerprint: true })
    const tables = baseline.tables.filter(({ persistence }) => persistence === 'permanent')
    expect(tables).toMatchObject([{ name: 'partly', rows: '2', condition: 'WHERE id > 1000' }])
    const conditions = conditionsOf(baseline.tables)
    expect([...conditions]).toEqual([['public.partly', 'WHERE id > 1000']])
    // Asked alone, where nothing was recorded.
    expect(await readSourceNotes(production)).toEqual(sourceNotesOf(baseline))
    expect([...sourceNotesOf(baseline).emptyViews]).toEqual(['public.Never'])
    expect((await observe(copy, { source: 'restored', fingerprint: true, conditions })).tables).toEqual(tables)
    const closed = [{ rows: '0', fingerprint: null, unreadable: conditionNotRun }]
    expect((await observe(copy, { source: 'restored', fingerprint: true })).tables).toMatchObject(closed)
    const lying = await observe(hostile, { source: 'restored', fingerprint: true, conditions })
    expect(lying.tables).toMatchObject([{ ...closed[0], condition: 'WHERE public.told(id)' }])
    expect(conditionsOf(lying.tables).size).toBe(0)
    expect(await hostile.query('SELECT is_called::text AS called FROM calls')).toEqual([{ called: 'false' }])

    await copy.query(`DELETE FROM partly WHERE id IN (1, 1002)`)
    expect(await narrowRows(production, copy, { schema: 'public', name: 'partly' })).toMatchObject({
      missing: 1,
      changed: 0,
    })
    expect(await narrowRows(production, hostile, { schema: 'public', name: 'partly' })).toEqual({
      unreadable: conditionNotRun,
    })
  })
})
