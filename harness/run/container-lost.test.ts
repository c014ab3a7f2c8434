import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { containerEngine, type ContainerOptions, type Engine } from '../engine/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'
import { isRequired } from '../core/testing/is-required.ts'

const image = 'postgres:17'
const lacks = await containerEngine({ image }).lacks({
  major: 17,
  extensions: [],
  plainBytes: 0,
  superuser: 'postgres',
})
const missing = isRequired('container') ? undefined : lacks.find(({ fatal }) => fatal)?.what
const mebibyte = 1024 * 1024

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-lost-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Every fault of the machine is UNDECIDED and named; none is taken for the backup's. */
describe.skipIf(missing)(missing ? `a lost container (not run: no ${missing})` : 'a rehearsal whose container', () => {
  const view = (query: string): string => `CREATE MATERIALIZED VIEW public.grown AS ${query};\n`

  test('runs out of memory is UNDECIDED, and says so', async () => {
    const greedy = view(
      'SELECT count(*) AS n FROM (SELECT array_agg(g) OVER () FROM generate_series(1, 40000000) AS g) AS a',
    )
    const limits = { memoryBytes: 400 * mebibyte, dataBytes: null }
    expect(await undecided(`SET work_mem = '2GB';\n${greedy}`, { limits })).toContain('the container ran out of memory')
  })

  test('runs out of room is UNDECIDED, and says so', async () => {
    const wide = view('SELECT repeat(md5(g::text), 60) AS text FROM generate_series(1, 200000) AS g')
    const limits = { dataBytes: 150 * mebibyte }
    expect(await undecided(wide, { limits })).toContain('the data folder of 150 MB of the container is full')
  })

  test('ends while it restores is UNDECIDED, and says so', async () => {
    const slow = view('SELECT 1 AS n FROM pg_catalog.pg_sleep(30)')
    const engine = containerEngine({ image })
    const dying: Engine = {
      ...engine,
      start: async (need, options) => {
        const server = await engine.start(need, options)
        const died = server.connect('template1').then(async (session) => {
          await session.query('SELECT pg_catalog.pg_sleep(2)')
          await session.query(`COPY (SELECT 1) TO PROGRAM 'kill -QUIT 1'`)
        })
        died.catch(() => {})
        return server
      },
    }
    const said = await undecided(slow, {}, dying)
    expect(said).toContain('the container of the disposable server has ended')
  })

  async function undecided(definitions: string, how: ContainerOptions, engine?: Engine): Promise<string> {
    const dump = join(folder, `${Math.random()}.sql`)
    await writeFile(dump, dumpWith({ definitions }))
    const { record } = await rehearseDump(dump, { engine: engine ?? containerEngine({ image, ...how }) })
    const red = record.findings.filter(({ status, notice }) => status !== 'same' && !notice)
    expect(record.verdict.answer).toBe('UNDECIDED')
    expect(red.filter(({ status }) => status === 'differs')).toEqual([])
    return red.map(({ message }) => message).join('\n')
  }
})
