import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOracle, toolsOf } from '../testing/oracle-test.ts'
import { byCopyAlone, byLoadInserts, InsertTwins, type TwinInserts } from './testing/insert-twins.ts'
import { differing, into, numbers, same, schemaOf, textOf } from './testing/rule-cases.ts'

const oracles = await Promise.all([15, 17].map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`INSERTs as COPY, ${oracle.title}`, () => {
    let twins: InsertTwins

    beforeAll(async () => {
      twins = await InsertTwins.start(oracle.major, toolsOf(oracle))
      await using session = await twins.server.connect('postgres')
      await session.query('CREATE ROLE guest')
    })
    afterAll(() => twins?.[Symbol.asyncDispose]())

    describe('where COPY does otherwise', () => {
      let ours: TwinInserts
      let mutant: TwinInserts
      beforeAll(async () => {
        ours = await twins.run(textOf(differing))
        mutant = await twins.run(textOf(differing), byCopyAlone)
      })

      it('does as psql', () => {
        expect(ours.difference).toBeNull()
        expect(ours.refused).toEqual(ours.psqlRefused)
        expect(ours.refused.length).toBeGreaterThan(9)
        expect(ours.statements).toBe(differing.reduce((sum, { inserts }) => sum + inserts.length, 0))
      })

      it.for(differing.map(({ title }, index) => [title, schemaOf(index)] as const))('%s', ([, schema]) => {
        expect(ours.differing).not.toContain(schema)
        expect(mutant.differing).toContain(schema)
      })
    })

    it('go by COPY where it does the same', async () => {
      const found = await twins.run(textOf(same))
      expect(found).toMatchObject({ difference: null, differing: [], refused: [], psqlRefused: [] })
      expect(found.copies).toBe(same.length)
      expect(found.statements).toBe(same.reduce((sum, { inserts }) => sum + inserts.length, 0))
      const settings = await twins.run(textOf(same.map((one) => ({ ...one, inserts: [] }))))
      expect(found.messages).toBe(settings.messages)
      expect(found.rowsLoaded).toBe(found.rowsInDump)
    })

    it('refuses the rows that psql refuses, in batches of any size', async () => {
      const setup = 'CREATE TABLE t (a int CHECK (a % 97 <> 5), b text);'
      const inserts = into('t', ...numbers(1_000).map((number) => `${number}, 'row ${number}'`)).join('\n')
      for (const batchBytes of [1_000, 10_000_000]) {
        const found = await twins.run(`${setup}\n${inserts}`, byLoadInserts(batchBytes))
        expect(found.difference).toBeNull()
        expect(found.refused).toEqual(found.psqlRefused)
        expect(found).toMatchObject({ rowsInDump: 1_000, rowsLoaded: 989, statements: 1_000 })
      }
    })

    it('of several tables keep their order, and settings among them count', async () => {
      const setup = 'CREATE TABLE t (a int PRIMARY KEY, b text); CREATE TABLE u (a int REFERENCES t);'
      const inserts = numbers(50).flatMap((number) => [
        `INSERT INTO t VALUES (${number}, '\\n');`,
        `INSERT INTO u (a) VALUES (${number});`,
        ...(Number(number) % 10 === 0
          ? [`SET standard_conforming_strings = ${Number(number) % 20 === 0 ? 'on' : 'off'};`]
          : []),
      ])
      const found = await twins.run([setup, ...inserts].join('\n'))
      expect(found).toMatchObject({ difference: null, refused: [], rowsInDump: 100, rowsLoaded: 100, statements: 100 })
    })

    it('in a transaction of the dump are run one by one', async () => {
      const inserts = [
        'BEGIN;',
        ...into('t', '1', '2', '3'),
        'COMMIT;',
        'BEGIN;',
        ...into('t', '4', '1', '5'),
        'COMMIT;',
        ...into('t', '6'),
      ]
      const found = await twins.run(['CREATE TABLE t (a int PRIMARY KEY);', ...inserts].join('\n'))
      expect(found.difference).toBeNull()
      expect(found.refused).toEqual(found.psqlRefused)
      expect(found.copies).toBe(1)
    })

    it('into no table are refused one by one', async () => {
      const found = await twins.run(into('nowhere', '1', '2').join('\n'))
      expect(found.refused).toEqual(['42P01', '42P01'])
      expect(found).toMatchObject({ rowsInDump: 2, rowsLoaded: 0, copies: 0, difference: null })
    })
  })
}
