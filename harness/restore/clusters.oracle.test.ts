import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DumpFile } from './restore-dumps.ts'
import { DumpSource } from './testing/dump-source.ts'
import { oracleMajors } from './testing/client-tools.ts'
import { findOracle, toolsOf } from './testing/oracle-test.ts'
import { Twins } from './testing/twins.ts'

/** Dumps that name databases themselves. */
interface ClusterCase {
  readonly title: string
  readonly dump: (source: DumpSource) => Promise<readonly DumpFile[]>
  /** Where we begin; made beforehand unless every cluster has it. psql begins in `postgres`. */
  readonly database?: string
  readonly databases: readonly string[]
  /** SQLSTATEs, all of them harmless: the superuser can be neither dropped nor made. */
  readonly refused: readonly string[]
}

const everything = ['postgres', 'template1', 'tricky', 'latin']

const cases: readonly ClusterCase[] = [
  {
    title: 'pg_dump --create',
    dump: async (source) => [await source.roles(), await source.dump('tricky', ['--create'])],
    databases: ['tricky'],
    refused: ['42710'],
  },
  {
    title: 'pg_dump --create, of the database that was made for it',
    dump: async (source) => [await source.roles(), await source.dump('tricky', ['--create'])],
    database: 'tricky',
    databases: ['tricky'],
    refused: ['42710'],
  },
  {
    title: 'pg_dump --create --clean --if-exists, of the database that was made for it',
    dump: async (source) => [await source.roles(), await source.dump('tricky', ['--create', '--clean', '--if-exists'])],
    database: 'tricky',
    databases: ['tricky'],
    refused: ['42710'],
  },
  {
    title: 'pg_dumpall',
    dump: async (source) => [await source.dumpAll([])],
    databases: everything,
    refused: ['42710'],
  },
  {
    title: 'pg_dumpall, into a server that has one of its databases',
    dump: async (source) => [await source.dumpAll(['--quote-all-identifiers'])],
    database: 'latin',
    databases: everything,
    refused: ['42710'],
  },
  {
    title: 'pg_dumpall --clean --if-exists',
    dump: async (source) => [await source.dumpAll(['--clean', '--if-exists'])],
    database: 'rehearsal',
    databases: everything,
    refused: ['55006', '42710'],
  },
]

const oracles = await Promise.all(oracleMajors.map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`dumps of whole databases, ${oracle.title}`, () => {
    let source: DumpSource

    beforeAll(async () => {
      source = await DumpSource.start(oracle.major, toolsOf(oracle))
      await source.psql('postgres', ['-c', 'CREATE TABLE here_too (id) AS SELECT 1'])
    })
    afterAll(async () => {
      await source?.[Symbol.asyncDispose]()
    })

    it.for(cases.map((one) => [one.title, one] as const))('%s: restored as psql does', async ([, one]) => {
      await using twins = await Twins.start(oracle.major, toolsOf(oracle))
      if (one.database) await twins.ours.createDatabase(one.database)
      const { ledger, stock } = await twins.restore(await one.dump(source), {
        database: one.database ?? 'postgres',
        psqlDatabase: 'postgres',
      })
      expect(await twins.difference(one.databases)).toBeNull()
      expect(stock).toEqual({ refused: one.refused, complaints: [] })
      expect(ledger.refused.map(({ refusal, meaning }) => [refusal.code, meaning])).toEqual(
        one.refused.map((code) => [code, 'harmless']),
      )
      const rows = ledger.tables.filter(({ name }) => name === 'texts' || name === 'Straße')
      expect(rows.map(({ database }) => database).sort()).toEqual(
        one.databases.filter((name) => name === 'tricky' || name === 'latin').sort(),
      )
      expect(ledger.tables.every(({ rowsInDump, rowsLoaded }) => rowsInDump === rowsLoaded)).toBe(true)
    })
  })
}
