import { z } from 'zod'
import { countOf, quoteLiteral, scrubLine } from '../../core/index.ts'
import { managedSchemas } from '../managed-schemas.ts'
import type { ManagementApi } from './client.ts'
import type { CountFinding } from './compare-counts.ts'
import { askReadOnly, wholeNumber } from './read-only-query.ts'

const listed = z.array(z.object({ schema: z.string(), tables: z.unknown() }))

/** With tables of one's own, and no platform's. Checked on 15 and 17. */
const schemasQuery = (known: readonly string[]): string => `SELECT n.nspname::pg_catalog.text AS schema,
  pg_catalog.count(*)::pg_catalog.text AS tables
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN (${[...known, ...managedSchemas].map(quoteLiteral).join(', ')})
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e'
    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid)
GROUP BY n.nspname ORDER BY n.nspname COLLATE pg_catalog."C"`

/**
 * Schemas of production that the facts know nothing of: made since, or left out of the facts by choice, which they don't
 * say. So they are named, and neither the same nor a difference.
 */
export async function findOtherSchemas(api: ManagementApi, known: readonly string[]): Promise<readonly CountFinding[]> {
  const answer = await askReadOnly(api, schemasQuery(known))
  const list = answer.kind === 'answered' ? listed.safeParse(answer.value) : null
  if (!list?.success) {
    const why = answer.kind === 'answered' ? 'the platform’s answer lists none' : answer.why
    return [leftOut('*', `whether production has other schemas is not known: ${scrubLine(why, 200)}`)]
  }
  return list.data.map(({ schema, tables }) => {
    const name = scrubLine(schema, 100)
    const count = countOf(Number(wholeNumber(tables) ?? 0n), 'table')
    return leftOut(
      `${name}.*`,
      `schema ${name} of production, with ${count}, is not among the facts: nothing of it was compared`,
    )
  })
}

function leftOut(table: string, message: string): CountFinding {
  return { table, status: 'not-checked', kind: 'other schema', baseline: null, production: null, message }
}
