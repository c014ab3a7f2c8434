import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listViewers, observeAccess, type Viewer } from '../behaviour/index.ts'
import type { CheckId } from '../compare/index.ts'
import { Fault, silentProgress, type SqlRunner } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, type AccessFacts, type Facts } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import { catalogue, inoculate, readSizes, type InoculateOptions, type InoculationReport } from './index.ts'
import { definitions, eyesWithout } from './testing/copy-to-break.ts'

const signal = new AbortController().signal
const takenAt = '2026-11-22T00:00:00.000Z'
const all = 1_000

describe.each([15, 17])('a copy on Postgres %i', (major) => {
  let server: DisposableServer
  let session: Session
  let facts: Facts
  let access: AccessFacts
  let viewers: readonly Viewer[]
  let bytes: ReadonlyMap<string, number>
  /** Everything but its size: what was rolled back leaves its room behind. */
  const look = async (): Promise<Facts> => {
    const read = await observe(session, { source: 'restored', fingerprint: true, takenAt })
    return { ...read, server: { ...read.server, databaseBytes: '0' } }
  }

  beforeAll(async () => {
    const need = { major, extensions: [], plainBytes: 0, superuser: 'postgres' }
    server = await embeddedEngine().start(need, { signal, progress: silentProgress })
    session = await server.connect('postgres')
    await session.query(definitions)
    facts = await look()
    bytes = await readSizes(session)
    viewers = await listViewers(session, { roles: [], users: 0 })
    await session.query('BEGIN')
    access = await observeAccess([session], {
      viewers,
      schemas: facts.schemas,
      fingerprint: true,
      statementTimeoutMs: 5_000,
      deadlineMs: 5_000,
    })
    await session.query('ROLLBACK')
  })
  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const patientOf = (): InoculateOptions['patient'] => ({
    facts,
    named: new Set(),
    isCompared: () => true,
    isComparedRole: () => true,
    spellsAlike: true,
    comparesContent: true,
    carriesDatabase: true,
    isSuperuser: true,
    bytes,
    isCutOff: true,
    access,
  })
  const run = (more: Partial<InoculateOptions>, blind: CheckId | null = null): Promise<InoculationReport> =>
    inoculate(session, {
      patient: patientOf(),
      seed: 1,
      wanted: 5,
      against: 'baseline',
      facts,
      settled: (read) => read,
      fingerprint: true,
      viewers,
      before: access,
      isCutOff: true,
      eyes: eyesWithout(blind, facts, access),
      ...more,
    })

  it.each(catalogue.map((one) => [one.name, one] as const))('%s: seen, and undone to the last byte', async (_, one) => {
    const report = await run({ breaks: [one] })
    expect(report.breaks).toMatchObject([{ name: one.name, check: one.check, seen: true }])
    expect(report.leftBehind).toEqual([])
    expect(await look()).toEqual(facts)
  })

  it('breaks no write of a table that takes none: it is published, and has no replica identity', async () => {
    const writes = catalogue.filter(({ name }) => name === 'trigger that calls what is missing')
    const broken: string[] = []
    for (let seed = 1; seed <= 12; seed += 1) {
      const { breaks } = await run({ breaks: writes, seed })
      broken.push(...breaks.map(({ object, seen }) => `${object} ${seen}`))
    }
    expect(new Set(broken)).toEqual(new Set(['public.note true']))
  })

  it.each([...new Set(catalogue.map(({ check }) => check))])(
    'notices within three runs that %s sees nothing',
    async (blind) => {
      const unseen: string[] = []
      for (const seed of [1, 2, 3]) {
        const { breaks } = await run({ seed }, blind)
        expect(breaks).toHaveLength(5)
        unseen.push(...breaks.filter(({ seen }) => !seen).map(({ check }) => check))
      }
      expect(new Set(unseen)).toEqual(new Set([blind]))
    },
  )

  it('breaks each check once, whatever its other breaks lack here, before any check twice', async () => {
    const never = catalogue.map((one) => ({ ...one, name: `never: ${one.name}`, targets: () => [] }))
    const checks = new Set(catalogue.map(({ check }) => check))
    for (const seed of [1, 2, 3]) {
      const { breaks } = await run({ seed, wanted: checks.size, breaks: [...never, ...catalogue] })
      expect(new Set(breaks.map(({ check }) => check))).toEqual(checks)
    }
  })

  it('sees every break, whatever the session was set to', async () => {
    const odd = {
      standard_conforming_strings: 'off',
      quote_all_identifiers: 'on',
      DateStyle: 'German',
      search_path: '',
    }
    for (const [name, value] of Object.entries({ ...odd, default_transaction_isolation: 'serializable' }))
      await session.query(`SET ${name} = '${value}'`)
    const { breaks, leftBehind } = await run({ wanted: all })
    await session.query('RESET ALL')
    expect(leftBehind).toEqual([])
    expect(breaks.filter(({ seen }) => !seen)).toEqual([])
    expect(new Set(breaks.map(({ check }) => check)).size).toBe(new Set(catalogue.map(({ check }) => check)).size)
  })

  it('knows what a reading takes: with what is stored beside a table, or in its partitions', async () => {
    await session.query(
      'BEGIN; CREATE TABLE public.wide (body text); ALTER TABLE public.wide ALTER body SET STORAGE EXTERNAL',
    )
    await session.query(
      `INSERT INTO public.wide SELECT repeat('x', 500000); INSERT INTO public.day SELECT '2026-01-01'::date + i % 300 FROM generate_series(1, 5000) AS i`,
    )
    const sizes = await readSizes(session)
    await session.query('ROLLBACK')
    expect(sizes.get('public.wide')).toBeGreaterThan(500_000)
    expect(sizes.get('public.day')).toBe(sizes.get('public.day_1'))
    expect(sizes.get('public.day')).toBeGreaterThan(100_000)
    expect(sizes.has('pg_catalog.pg_largeobject')).toBe(true)
  })

  it('breaks no rows, and asks nobody for rows, where reading them again would take long', async () => {
    const read = new Set(['row counts', 'row content', 'access', 'column of another type'])
    const brokenOf = async (patient: InoculateOptions['patient']) =>
      (await run({ wanted: all, patient })).breaks.flatMap(({ name, check, object }) =>
        read.has(check) || read.has(name) ? [`${name} ${object}`] : [],
      )
    const large = new Map([...bytes.keys()].map((identity) => [identity, 40_000_000]))
    expect(await brokenOf({ ...patientOf(), bytes: large })).toEqual(['materialised view without rows public.tally'])
    const one = new Map([...large, ['public.note', 30_000_000]])
    const broken = await brokenOf({ ...patientOf(), bytes: one })
    expect(broken.filter((text) => !text.includes('public.note') && !text.includes('public.tally'))).toEqual([])
    expect(broken.length).toBeGreaterThan(5)
  })

  it('says so where the server refuses to look', async () => {
    const eyes = {
      ...eyesWithout(null, facts, access),
      facts: () => {
        throw new Fault('E_SQL', 'no such thing (SQLSTATE 42704)', { facts: { sqlstate: '42704' } })
      },
    }
    const { breaks } = await run({ breaks: catalogue.filter(({ check }) => check === 'tables'), eyes, wanted: 1 })
    expect(breaks).toMatchObject([{ seen: false, message: 'no such thing (SQLSTATE 42704)' }])
  })

  it('draws the same breaks from the same seed, and others from others', async () => {
    const drawn = async (seed: number) =>
      (await run({ seed })).breaks.map(({ name, object }) => `${name} ${object}`).join()
    expect(await drawn(7)).toBe(await drawn(7))
    expect(await drawn(7)).not.toBe(await drawn(8))
  })

  it('breaks nothing that a check names already, and says how many were possible', async () => {
    const { breaks } = await run({ wanted: all })
    const named = new Set(breaks.map(({ object }) => object))
    const patient = { ...patientOf(), named }
    const again = await run({ wanted: all, patient })
    expect(again.breaks.filter(({ object }) => named.has(object))).toEqual([])
    expect(again.wanted).toBe(all)
  })

  it('names what is not as before: a break that a commit makes stay', async () => {
    const [dropped] = catalogue.filter(({ name }) => name === 'comment changed')
    if (!dropped) throw new TypeError('there is such a break')
    const committing = {
      ...dropped,
      targets: (patient: InoculateOptions['patient']) =>
        dropped.targets(patient).map((target) => ({
          ...target,
          apply: async (sql: SqlRunner) => {
            await using other = await server.connect('postgres')
            await other.query(`COMMENT ON TABLE public.log IS 'stays'`)
            return target.apply(sql)
          },
        })),
    }
    const { leftBehind } = await run({ breaks: [committing], seed: 3 })
    await session.query('COMMENT ON TABLE public.log IS NULL')
    expect(leftBehind).toEqual(['table public.log'])
  })
})
