import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { dailyProject, ManagementServer, type Query } from '../../../fixtures/management-server/index.ts'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { readAccess } from './access.ts'
import { ManagementApi } from './client.ts'
import { answerOfCounts, compareCounts, type BaselineTable } from './compare-counts.ts'
import { countRows, type CountedTable } from './count-rows.ts'
import { findOtherSchemas } from './other-schemas.ts'
import { readSizes } from './read-sizes.ts'

const project = dailyProject(new Date())
const { signal } = new AbortController()
let server: DisposableServer

beforeAll(async () => {
  const need = { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal, progress: silentProgress })
  await server.createDatabase('shop')
  await using session = await server.connect('shop')
  const many = Array.from(
    { length: 45 },
    (_, index) => `CREATE TABLE many.t${index} AS SELECT generate_series(1, ${index});`,
  )
  await session.query(`CREATE ROLE reader; CREATE SCHEMA many; ${many.join('')}
    CREATE SCHEMA hidden; CREATE TABLE hidden.closed (id int); INSERT INTO hidden.closed VALUES (1);
    CREATE TABLE hidden.ruled (id int); INSERT INTO hidden.ruled VALUES (1); ALTER TABLE hidden.ruled ENABLE ROW LEVEL SECURITY;
    CREATE TABLE hidden.parent (id int); CREATE TABLE hidden.child () INHERITS (hidden.parent); INSERT INTO hidden.child VALUES (1), (2);
    CREATE MATERIALIZED VIEW hidden.filled AS SELECT 1 AS one; CREATE MATERIALIZED VIEW hidden.empty AS SELECT 1 AS one WITH NO DATA;
    CREATE FUNCTION public.count(anyelement) RETURNS text LANGUAGE sql AS 'SELECT ''a lie''';
    CREATE VIEW hidden.looks AS SELECT 1;
    GRANT USAGE ON SCHEMA hidden, many TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA hidden, many TO reader; REVOKE ALL ON hidden.closed FROM reader`)
})
afterAll(() => server[Symbol.asyncDispose]())

/** As a role that may only read, with a search path that was set against us. */
const asReader: Query = async (text) => {
  await using session = await server.connect('shop')
  await session.query(`SET search_path = public, pg_catalog; SET default_transaction_read_only = on; SET ROLE reader`)
  return await session.query(text)
}

async function counted(schemas: readonly string[], query: Query = asReader) {
  await using platform = await ManagementServer.start({ project, token: 'sbp_x', query })
  const api = new ManagementApi(readAccess(platform.environment), project.ref, { signal, pauseMs: 1 })
  const answer = await countRows(api, schemas)
  if (answer.kind !== 'answered') throw new TypeError(answer.why)
  return { tables: answer.value, asked: platform.asked.length, bodies: platform.bodies }
}

describe('counting through the platform', () => {
  it('reads every table of the schemas, in batches, and no value of a row', async () => {
    const { tables, asked, bodies } = await counted(['many'])
    expect(tables).toHaveLength(45)
    expect(tables.map(({ name, rows }) => `${name} ${rows}`)).toContain('t44 44')
    expect(asked).toBe(4)
    expect(
      bodies.filter((body) =>
        /(?<!')SELECT(?! \d+ AS n, pg_catalog\.count\(\*\)| n\.nspname| FROM pg_catalog)/.test(JSON.stringify(body)),
      ),
    ).toEqual([])
    expect((await counted([])).tables).toEqual([])
  })

  it('says what it could not count, and why', async () => {
    const { tables } = await counted(['hidden'])
    const said = Object.fromEntries(tables.map(({ name, rows, why }) => [name, rows === null ? why : Number(rows)]))
    expect(said).toEqual({
      closed: 'the platform’s role may not read it',
      ruled: 'row security hides rows from the platform’s role',
      parent: 0,
      child: 2,
      filled: 1,
    })
  })

  it('leaves out the one table that can’t be counted, not its batch', async () => {
    const fails: Query = async (text) => {
      if (text.includes('"many"."t7"')) throw new Error('canceling statement due to statement timeout')
      return asReader(text)
    }
    const { tables } = await counted(['many'], fails)
    expect(tables.filter(({ rows }) => rows === null)).toMatchObject([
      { name: 't7', why: expect.stringContaining('statement timeout') },
    ])
  })

  it('asks no more where two batches brought no count', async () => {
    const refuses: Query = async (text) => {
      if (text.includes('AS n,')) throw new Error('canceling statement due to statement timeout')
      return asReader(text)
    }
    const { tables, asked } = await counted(['many'], refuses)
    expect(asked).toBe(1 + 2 * 21)
    expect(tables.filter(({ why }) => why?.startsWith('not asked'))).toHaveLength(5)
    expect(tables.filter(({ rows }) => rows !== null)).toEqual([])
  })

  it('takes no answer for a count that is none', async () => {
    const lies: Query = async (text) =>
      text.includes('AS n,')
        ? [
            { n: '0', rows: '-1' },
            { n: '1', rows: 'many' },
          ]
        : asReader(text)
    const { tables } = await counted(['many'], lies)
    expect(tables.filter(({ rows }) => rows !== null)).toEqual([])
  })

  it('names the schemas that the facts know nothing of, but for the platform’s', async () => {
    await using platform = await ManagementServer.start({ project, token: 'sbp_x', query: asReader })
    const api = new ManagementApi(readAccess(platform.environment), project.ref, { signal })
    const named = async (known: readonly string[]) => (await findOtherSchemas(api, known)).map(({ message }) => message)
    expect(await named(['hidden'])).toEqual([
      'schema many of production, with 45 tables, is not among the facts: nothing of it was compared',
    ])
    expect(await named(['hidden', 'many'])).toEqual([])
    await using closed = await ManagementServer.start({ project, token: 'sbp_x' })
    const refused = new ManagementApi(readAccess(closed.environment), project.ref, { signal })
    const findings = await findOtherSchemas(refused, ['hidden', 'many'])
    expect(answerOfCounts(findings)).toBe('undecided')
    expect(findings).toMatchObject([{ message: expect.stringContaining('is not known') }])
  })

  it('knows a project without Storage', async () => {
    await using platform = await ManagementServer.start({ project, token: 'sbp_x', query: asReader })
    const api = new ManagementApi(readAccess(platform.environment), project.ref, { signal })
    expect(await readSizes(api)).toMatchObject({
      kind: 'answered',
      value: { storage: null, databaseBytes: expect.any(Number) },
    })
  })
})

describe('counts beside a baseline', () => {
  const was = (name: string, rows: bigint, blind: string | null = null): BaselineTable => ({
    schema: 's',
    name,
    rows,
    blind,
  })
  const is = (name: string, rows: bigint | null): CountedTable => ({
    schema: 's',
    name,
    rows,
    why: rows === null ? 'why' : null,
  })
  const judge = (baseline: readonly BaselineTable[], production: readonly CountedTable[], tolerance = 0) => {
    const findings = compareCounts(baseline, production, () => tolerance)
    return [answerOfCounts(findings), ...findings.map(({ kind }) => kind)]
  }

  test('are the same, or named as what they are', () => {
    expect(judge([was('a', 100n)], [is('a', 100n)])).toEqual(['same', 'equal'])
    expect(judge([was('a', 100n)], [is('a', 101n)])).toEqual(['differs', 'drift'])
    expect(judge([was('a', 100n)], [is('a', 99n)])).toEqual(['differs', 'drift'])
    expect(judge([was('a', 100n)], [is('a', 105n)], 0.05)).toEqual(['same', 'drift'])
    expect(judge([was('a', 100n)], [is('a', 106n)], 0.05)).toEqual(['differs', 'drift'])
    expect(judge([was('a', 0n)], [is('a', 1n)], 1)).toEqual(['differs', 'drift'])
    expect(judge([was('a', 100n)], [])).toEqual(['differs', 'missing'])
    expect(judge([], [is('a', 0n)])).toEqual(['differs', 'new'])
    expect(judge([was('a', 1n)], [is('a', null)])).toEqual(['undecided', 'not counted'])
    expect(judge([was('a', 1n, 'unreadable')], [is('a', 1n)])).toEqual(['undecided', 'not counted'])
    expect(judge([was('a', 9_007_199_254_740_993n)], [is('a', 9_007_199_254_740_992n)])).toEqual(['differs', 'drift'])
    expect(judge([], [])).toEqual(['undecided'])
  })
})
