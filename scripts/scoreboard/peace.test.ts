import { describe, expect, test } from 'vitest'
import { Workshop } from '../../fixtures/failures/workshop.ts'
import { silentProgress } from '../../harness/core/index.ts'
import { embeddedEngine } from '../../harness/engine/index.ts'
import { drawConditions, locales, settings, settingSql, zones } from './peace-conditions.ts'
import { keepPeace, type PeaceRow } from './peace.ts'
import type { Trial } from './peace-trials.ts'

describe('the surroundings of a good backup', () => {
  const three = Array.from({ length: 300 }, (_, number) => drawConditions(7, number))

  test('are the same for the same seed, and others for another', () => {
    expect(drawConditions(7, 12)).toEqual(three[12])
    expect(three.map((_, number) => drawConditions(8, number))).not.toEqual(three)
  })

  test('are every locale in every time zone, and every value of every setting', () => {
    const met = three.slice(0, 36).map(({ locale, zone }) => `${locale} ${zone}`)
    expect(new Set(met).size).toBe(locales.length * zones.length)
    for (const [name, values] of Object.entries(settings)) {
      const drawn = three.flatMap(({ ofDatabase, ofRole }) => [ofDatabase[name], ofRole[name]])
      expect([name, values.filter((value) => !drawn.includes(value))]).toEqual([name, []])
    }
  })

  test.each([15, 17])('are ones that PostgreSQL %i takes', async (major) => {
    const options = { signal: new AbortController().signal, progress: silentProgress }
    const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    await using server = await embeddedEngine().start(need, options)
    await server.createDatabase('shop')
    await using session = await server.connect('postgres')
    for (const conditions of three) await session.query(settingSql('shop', 'postgres', conditions))
    // What a session begins with is what was set, quotes and lists as they were meant.
    const styled = { DateStyle: 'SQL, DMY', search_path: "''", bytea_output: 'escape' }
    await session.query('ALTER DATABASE shop RESET ALL; ALTER ROLE postgres IN DATABASE shop RESET ALL')
    const [first] = three
    if (!first) throw new TypeError('no conditions')
    await session.query(settingSql('shop', 'postgres', { ...first, ofDatabase: styled, ofRole: {} }))
    const set = await session.query(
      "SELECT unnest(setconfig) AS one FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = 'shop')",
    )
    expect(set.map(({ one }) => one)).toEqual(['DateStyle=SQL, DMY', 'search_path=""', 'bytea_output=escape'])
  })
})

describe('a round of them', () => {
  async function round(trials: readonly Trial[], numbers: readonly number[] = [0, 1, 2]): Promise<readonly PeaceRow[]> {
    await using workshop = await Workshop.open([])
    const { signal } = new AbortController()
    return keepPeace({ numbers, seed: 1, trials: [trials], workshop, lanes: 2, signal, onRow: () => undefined })
  }
  const ending = (code: number | null): Trial => ({ what: 'a set', play: async () => ({ code, text: 'said' }) })

  test('has a row for each, in order', async () => {
    expect(await round([ending(0)])).toMatchObject([0, 1, 2].map((number) => ({ number, answer: 'GO', said: null })))
  })

  test.each([
    [1, 'NO-GO'],
    [2, 'UNDECIDED'],
    [64, 'refused'],
    [70, 'defect'],
    [null, 'defect'],
  ])('counts exit code %s as no GO, and keeps what was said', async (code, answer) => {
    expect(await round([ending(code)], [5])).toMatchObject([{ number: 5, answer, said: 'said' }])
  })

  test('counts one that could not be made as no GO', async () => {
    const broken: Trial = { what: 'a set', play: async () => Promise.reject(new Error('no server')) }
    expect(await round([broken], [5])).toMatchObject([{ answer: 'defect', said: expect.stringContaining('no server') }])
  })
})
