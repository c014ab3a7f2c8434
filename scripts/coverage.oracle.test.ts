import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isFor, mutants, statementsOf, type Mutant } from '../harness/compare/mutants/index.ts'
import { findOracle, toolsOf } from '../harness/restore/testing/oracle-test.ts'
import { holdMutantsAgainstPgDump } from './coverage/hold-against-pg-dump.ts'

/** So many of each major, by this seed; `node scripts/coverage.ts --oracle` holds all of them. */
const sampled = 16
const seed = '1'
/** Those that change what all databases of a server share cost a server each. */
const sampledShared = 1
const patienceMs = 300_000

const place = (mutant: Mutant): string =>
  createHash('sha256')
    .update(`${seed} ${String(mutant.sql)}`)
    .digest('hex')

function sample(major: number): ReadonlySet<string> {
  const shuffled = mutants
    .filter((mutant) => isFor(mutant, major) && !mutant.insideOnly)
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
  const own = shuffled.filter(({ isShared }) => isShared !== true).slice(0, sampled)
  const restoreOnly = shuffled.filter((mutant) => mutant.restoreOnly !== undefined).slice(0, 2)
  const shared = shuffled.filter(({ isShared }) => isShared === true).slice(0, sampledShared)
  return new Set([...own, ...restoreOnly, ...shared].map((mutant) => statementsOf(mutant, 'copied').join('; ')))
}

for (const oracle of await Promise.all([15, 17].map(findOracle))) {
  describe.skipIf(oracle.isSkipped)(`mutants: ${oracle.title}`, () => {
    it(
      'pg_dump and pg_dumpall write another text exactly when a mutant says so',
      async () => {
        const chosen = sample(oracle.major)
        const disagreements: string[] = []
        let held = 0
        const options = { major: oracle.major, tools: toolsOf(oracle), accepts: (sql: string) => chosen.has(sql) }
        for await (const { sql, disagreement } of holdMutantsAgainstPgDump(options)) {
          held += 1
          if (disagreement !== null) disagreements.push(`${disagreement}: ${sql}`)
        }
        expect(disagreements).toEqual([])
        expect(held).toBe(chosen.size)
      },
      patienceMs,
    )
  })
}
