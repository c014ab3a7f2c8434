import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import type { Session } from '../../postgres/index.ts'
import { observedMajors, withServersBesideTools } from '../testing/observed-majors.ts'
import { catalogueQueries } from './index.ts'
import { configurationConditionsQuery } from './configuration-conditions.ts'
import { emptyViewsQuery } from './empty-views.ts'
import { primaryKeyQuery } from './primary-key.ts'
import { extensionTablesQuery } from './extension-tables.ts'
import { rowSourcesQuery } from './row-sources.ts'
import { sequenceColumnsQuery } from './sequence-columns.ts'

/**
 * What a parse tree says of a cast that a cast of somebody's own would take the place of: there is none in pg_cast, so
 * the type's input or output function does it. And of the two operators || that hide one in a function of SQL.
 * https://doxygen.postgresql.org/primnodes_8h.html (CoerceViaIO)
 */
const open = /\{COERCEVIAIO|:opno (?:2779|2780)\b/g

const schemas = `'{2200}'::pg_catalog.oid[]`

const engine = embeddedEngine(withServersBesideTools())
for (const { major, title, isSkipped } of await observedMajors(engine)) {
  describe.skipIf(isSkipped)(`casts in the queries for ${title}`, () => {
    let server: DisposableServer
    let session: Session

    beforeAll(async () => {
      server = await engine.start(
        { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
        { signal: new AbortController().signal, progress: silentProgress },
      )
      session = await server.connect('postgres')
    })
    afterAll(async () => {
      await session[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    })

    async function castsIn(text: string): Promise<readonly string[]> {
      await session.query(`CREATE TEMPORARY VIEW one_query AS ${text}`)
      const [row] = await session.query(
        `SELECT r.ev_action AS tree FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = 'pg_temp.one_query'::pg_catalog.regclass`,
      )
      await session.query('DROP VIEW one_query')
      return row?.['tree']?.match(open) ?? []
    }

    it.each([
      ...catalogueQueries.map((query) => ({ name: query.kind, text: query.text({ major, schemas }) })),
      { name: 'rows', text: rowSourcesQuery(schemas) },
      { name: 'conditions of extensions', text: configurationConditionsQuery },
      { name: 'empty views', text: emptyViewsQuery },
      { name: 'extension tables', text: extensionTablesQuery(schemas) },
      { name: 'columns of sequences', text: sequenceColumnsQuery(schemas) },
      { name: 'primary key', text: primaryKeyQuery('public', 't') },
    ])('$name: none that a cast of their own would replace', async ({ text }) => {
      expect(await castsIn(text)).toEqual([])
    })

    it.each([
      `SELECT pg_catalog.json_build_array(c.relname)::text AS identity FROM pg_catalog.pg_class AS c`,
      `SELECT c.oid::pg_catalog.regclass::text AS name FROM pg_catalog.pg_class AS c`,
      `SELECT 'place ' || c.relnatts AS name FROM pg_catalog.pg_class AS c`,
      `SELECT c.relnatts || ' columns' AS name FROM pg_catalog.pg_class AS c`,
      `SELECT c.reloptions::text AS options FROM pg_catalog.pg_class AS c`,
      `SELECT pg_catalog.current_setting('server_version_num')::int AS major`,
    ])('would see %s', async (text) => {
      expect(await castsIn(text)).not.toEqual([])
    })
  })
}
