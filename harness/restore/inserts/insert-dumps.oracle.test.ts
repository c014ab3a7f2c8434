import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTool } from '../testing/client-tools.ts'
import { findOracle, toolsOf } from '../testing/oracle-test.ts'
import { byCopyAlone, InsertTwins } from './testing/insert-twins.ts'

const modes = [
  { title: '--inserts', options: ['--inserts'] },
  { title: '--column-inserts', options: ['--column-inserts'] },
  { title: '--rows-per-insert=7', options: ['--rows-per-insert=7'] },
  {
    title: '--rows-per-insert=1000 --on-conflict-do-nothing --column-inserts',
    options: ['--rows-per-insert=1000', '--on-conflict-do-nothing', '--column-inserts'],
  },
  {
    title: '--inserts --encoding=LATIN1 of the texts that fit',
    options: ['--inserts', '--encoding=LATIN1', '-T', 'texts'],
  },
]
const databases = { values: 'testing/value-database.sql', tricky: '../testing/tricky-database.sql' }

const oracles = await Promise.all([15, 17].map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`dumps of INSERTs, ${oracle.title}`, () => {
    let twins: InsertTwins
    const psql = async (database: string, file: string) => {
      const path = new URL(file, import.meta.url).pathname
      await runTool(
        toolsOf(oracle),
        'psql',
        ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', path],
        twins.server.address,
      )
    }
    const dump = async (database: string, options: readonly string[]) => {
      const { stdout } = await runTool(toolsOf(oracle), 'pg_dump', ['-d', database, ...options], twins.server.address)
      return twins.write(stdout)
    }

    beforeAll(async () => {
      twins = await InsertTwins.start(oracle.major, toolsOf(oracle))
      await psql('postgres', '../testing/tricky-roles.sql')
      for (const [database, file] of Object.entries(databases)) {
        await twins.server.createDatabase(database)
        await psql(database, file)
      }
    })
    afterAll(() => twins?.[Symbol.asyncDispose]())

    it.for(modes.map((mode) => [mode.title, mode] as const))(
      '%s: every type as psql loads it',
      async ([, { options }]) => {
        const found = await twins.restore(await dump('values', options))
        expect(found).toMatchObject({ difference: null, differing: [] })
        expect(found.refused).toEqual(found.psqlRefused)
        expect(found.psqlRefused).toEqual([])
        expect(found.rowsLoaded).toBe(found.rowsInDump)
        expect(found.rowsInDump).toBeGreaterThan(4_000)
        expect(found.copies).toBeGreaterThanOrEqual(12)
      },
    )

    it.for([modes[0], modes[3]].flatMap((mode) => mode ?? []).map((mode) => [mode.title, mode] as const))(
      '%s: a hard database as psql loads it',
      async ([, { options }]) => {
        const found = await twins.restore(await dump('tricky', options))
        expect(found).toMatchObject({ difference: null, differing: [] })
        expect(found.refused).toEqual(found.psqlRefused)
        expect(found.rowsInDump).toBeGreaterThan(1_500)
        expect(found.copies).toBeGreaterThan(5)
      },
    )

    it('after their schema, with the triggers and keys in place and off', async () => {
      const parts = await Promise.all([
        dumpText(['--schema-only']),
        dumpText(['--data-only', '--inserts']),
        dumpText(['--data-only', '--inserts', '--disable-triggers']),
      ])
      const [schema, on, off] = parts
      for (const text of [`${schema}\n${on}`, `${schema}\n${off}`]) {
        const found = await twins.restore(await twins.write(text))
        expect(found).toMatchObject({ difference: null, differing: [] })
        expect(found.refused).toEqual(found.psqlRefused)
      }
      const mutant = await twins.restore(await twins.write(`${schema}\n${on}`), byCopyAlone)
      expect(mutant.differing).toContain('public')
    })

    async function dumpText(options: readonly string[]): Promise<string> {
      const { stdout } = await runTool(toolsOf(oracle), 'pg_dump', ['-d', 'values', ...options], twins.server.address)
      return stdout.toString()
    }
  })
}
