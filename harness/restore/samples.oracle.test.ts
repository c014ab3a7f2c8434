import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { layPlatform, platformFor } from '../supabase/index.ts'
import { findOracle, toolsOf } from './testing/oracle-test.ts'
import { findSampleRestores, type SampleRestore } from './testing/sample-dumps.ts'
import { Twins } from './testing/twins.ts'

const samples = await findSampleRestores(new URL('../../fixtures/', import.meta.url).pathname)
const oracles = await Promise.all([15, 17].map(findOracle))

it('finds the sample dumps', () => {
  expect(samples.length).toBeGreaterThanOrEqual(9)
})

for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(oracle.title, () => {
    let twins: Twins
    beforeAll(async () => {
      twins = await Twins.startLasting(oracle.major, toolsOf(oracle))
    })
    afterEach(() => twins.renew())
    afterAll(() => twins?.[Symbol.asyncDispose]())

    const own = samples.filter(({ major }) => major === oracle.major)
    it.for(own.map((sample) => [sample.title, sample] as const))('restores %s as psql does', async ([, sample]) => {
      const provided = await prepare(twins, sample)
      const { ledger, stock } = await twins.restore(sample.files, { database, provided })
      expect(await twins.difference([database])).toBeNull()
      expect(ledger.skipped.filter(({ hostile }) => hostile)).toEqual([])
      expect(ledger.refused.map(({ refusal }) => refusal.code)).toEqual(stock.refused)
      expect(stock.complaints).toEqual([])
      const short = ledger.tables.filter(({ rowsInDump, rowsLoaded }) => rowsLoaded !== rowsInDump)
      const refused = ledger.refused.filter(({ verb }) => verb === 'COPY')
      expect(short).toHaveLength(refused.length)
      expect(new Set(short.map(({ schema, name }) => `${schema}.${name}`))).toEqual(
        new Set(refused.map(({ object }) => object)),
      )
    })
  })
}

const database = 'sample'

/** A new database on both, with what the platform would have in it. */
async function prepare(twins: Twins, { summaries }: SampleRestore): Promise<ReadonlySet<string>> {
  const platform = platformFor({
    rolesMentioned: summaries.flatMap(({ rolesMentioned }) => rolesMentioned),
    rolesCreated: summaries.flatMap(({ rolesCreated }) => rolesCreated),
    schemasMentioned: summaries.flatMap(({ schemasMentioned }) => schemasMentioned),
    schemasCreated: summaries.flatMap(({ schemasCreated }) => schemasCreated),
  })
  for (const server of twins.both) {
    await server.createDatabase(database)
    await using session = await server.connect(database)
    await layPlatform(session, platform)
  }
  return new Set([...platform.roles, ...platform.schemas])
}
