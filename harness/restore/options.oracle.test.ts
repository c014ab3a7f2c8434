import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DumpSource } from './testing/dump-source.ts'
import { oracleMajors } from './testing/client-tools.ts'
import { findOracle, toolsOf } from './testing/oracle-test.ts'
import { Twins } from './testing/twins.ts'

/** How pg_dump is called, once for each file; `roles` are restored before. */
interface DumpCase {
  readonly title: string
  readonly database: 'tricky' | 'latin'
  readonly runs: readonly (readonly string[])[]
  /** What such a dump can't bring back, by psql or by us. */
  readonly losses?: readonly string[]
  /** And what 13 can't besides. */
  readonly losses13?: readonly string[]
  /** The first major whose pg_dump knows the options. */
  readonly since?: number
}

/** INSERTs without names of columns, into a child of inheritance whose columns pg_dump puts into another order. */
const reorderedChild = ['app.child', 'app.child']

const cases: readonly DumpCase[] = [
  { title: 'without options', database: 'tricky', runs: [[]] },
  { title: 'with large objects, as plain text', database: 'tricky', runs: [['-Fp', '--blobs']] },
  { title: '--inserts', database: 'tricky', runs: [['--inserts']], losses: reorderedChild },
  {
    title: '--column-inserts --rows-per-insert=100',
    database: 'tricky',
    runs: [['--column-inserts', '--rows-per-insert=100']],
  },
  {
    title: '--rows-per-insert=100000 --on-conflict-do-nothing',
    database: 'tricky',
    runs: [['--rows-per-insert=100000', '--on-conflict-do-nothing']],
    losses: reorderedChild.slice(0, 1),
    // Up to 13, a server took DEFAULT for a generated column in a single row only.
    losses13: ['app.identities'],
  },
  { title: '--quote-all-identifiers', database: 'tricky', runs: [['--quote-all-identifiers']] },
  { title: '--clean', database: 'tricky', runs: [['--clean']] },
  { title: '--clean --if-exists', database: 'tricky', runs: [['--clean', '--if-exists']] },
  { title: '--no-owner --no-privileges', database: 'tricky', runs: [['--no-owner', '--no-privileges']] },
  { title: '--use-set-session-authorization', database: 'latin', runs: [['--use-set-session-authorization']] },
  { title: '--load-via-partition-root', database: 'tricky', runs: [['--load-via-partition-root']] },
  { title: '--disable-dollar-quoting', database: 'tricky', runs: [['--disable-dollar-quoting']] },
  {
    title: '--data-only --disable-triggers after --schema-only',
    database: 'tricky',
    runs: [['--schema-only'], ['--data-only', '--disable-triggers']],
    // A row from before a NOT VALID constraint.
    losses: ['app.egg'],
  },
  {
    title: 'one section after the other',
    database: 'tricky',
    runs: [['--section=pre-data'], ['--section=data'], ['--section=post-data']],
  },
  { title: '--statistics', database: 'tricky', runs: [['--statistics']], since: 18 },
  {
    title: '--statistics-only after --no-policies',
    database: 'tricky',
    runs: [['--no-policies'], ['--statistics-only']],
    since: 18,
  },
  { title: '--encoding=LATIN1', database: 'latin', runs: [['--encoding=LATIN1']] },
  { title: '--encoding=LATIN1 --inserts', database: 'latin', runs: [['--encoding=LATIN1', '--inserts']] },
]

/** What a server answers to `CREATE ROLE` of its own superuser. */
const superuserIsThere = '42710'

const oracles = await Promise.all(oracleMajors.map(findOracle))
for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(`pg_dump's options, ${oracle.title}`, () => {
    let source: DumpSource
    let twins: Twins

    beforeAll(async () => {
      source = await DumpSource.start(oracle.major, toolsOf(oracle))
      twins = await Twins.startLasting(oracle.major, toolsOf(oracle))
    })
    afterEach(() => twins.renew())
    afterAll(async () => {
      await twins?.[Symbol.asyncDispose]()
      await source?.[Symbol.asyncDispose]()
    })

    it('tells one changed row or role from none', async () => {
      for (const server of twins.both) await server.createDatabase('copy')
      await twins.restore([await source.dump('latin', [])], { database: 'copy' })
      expect(await twins.difference(['copy'])).toBeNull()
      await using session = await twins.ours.connect('copy')
      await session.query(`UPDATE "Straße" SET "Größe" = '' WHERE "Größe" IS NULL`)
      expect(await twins.difference(['copy'])).toContain('database copy differs')
      await session.query(`UPDATE "Straße" SET "Größe" = NULL WHERE "Größe" = ''`)
      await session.query('CREATE ROLE one_more')
      expect(await twins.difference(['copy'])).toContain('the roles differ')
    })

    const own = cases.filter(({ since = 0 }) => since <= oracle.major)
    it.for(own.map((one) => [one.title, one] as const))('%s: restored as psql does', async ([, one]) => {
      for (const server of twins.both) await server.createDatabase('copy')
      const files = [await source.roles()]
      for (const options of one.runs) files.push(await source.dump(one.database, options))
      const { ledger, stock } = await twins.restore(files, { database: 'copy' })
      expect(await twins.difference(['copy'])).toBeNull()
      expect(stock.complaints).toEqual([])
      expect(ledger.refused.map(({ refusal }) => refusal.code)).toEqual(stock.refused)
      const losses = ledger.refused.filter(({ meaning }) => meaning !== 'harmless').map(({ object }) => object)
      const expected = [...(one.losses ?? []), ...(oracle.major > 13 ? [] : (one.losses13 ?? []))]
      expect(new Set(losses)).toEqual(new Set(expected))
      expect(losses).toHaveLength(expected.length)
      expect(ledger.refused[0]?.refusal.code).toBe(superuserIsThere)
      const short = ledger.tables.filter(({ rowsInDump, rowsLoaded }) => rowsInDump !== rowsLoaded)
      expect(new Set(short.map(({ schema, name }) => `${schema}.${name}`))).toEqual(new Set(expected))
      expect(ledger.tables.reduce((sum, { rowsLoaded }) => sum + rowsLoaded, 0)).toBeGreaterThan(3)
    })
  })
}
