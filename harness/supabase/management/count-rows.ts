import { z } from 'zod'
import { quoteLiteral, quoteQualified } from '../../core/index.ts'
import type { ManagementApi } from './client.ts'
import { askReadOnly, wholeNumber } from './read-only-query.ts'
import type { Answer } from './types.ts'

/** One table of production: its rows, or why they were not counted. */
export interface CountedTable {
  readonly schema: string
  readonly name: string
  readonly rows: bigint | null
  readonly why: string | null
}

/** Batches without one count, after which nobody is asked about the rest: each may take as long as the platform lets it. */
const patience = 2

/** A count reads the whole table: twenty of them in one statement stay within the platform's time limit mostly. */
const batchSize = 20

const listed = z.object({ schema: z.string(), name: z.string(), may: z.unknown(), filtered: z.unknown() })

/** Tables and filled materialised views, without an extension's own. Checked on 15 and 17. */
const tablesQuery = (
  schemas: readonly string[],
): string => `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
  pg_catalog.has_table_privilege(c.oid, 'SELECT')::pg_catalog.text AS may,
  pg_catalog.row_security_active(c.oid)::pg_catalog.text AS filtered
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname IN (${schemas.map(quoteLiteral).join(', ')})
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e'
    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid)
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"`

/**
 * Rows per table of production, through the platform: no password of the database is needed, and no value of a row leaves
 * it. Each batch has a snapshot of its own, so that counts of two tables may be of two moments.
 */
export async function countRows(
  api: ManagementApi,
  schemas: readonly string[],
): Promise<Answer<readonly CountedTable[]>> {
  if (schemas.length === 0) return { kind: 'answered', value: [] }
  const answer = await askReadOnly(api, tablesQuery(schemas))
  if (answer.kind !== 'answered') return answer
  const tables = z.array(listed).safeParse(answer.value)
  if (!tables.success) return unread
  const open = tables.data.filter(({ may, filtered }) => String(may) === 'true' && String(filtered) === 'false')
  const counted: CountedTable[] = tables.data
    .filter((table) => !open.includes(table))
    .map(({ schema, name, may }) => {
      const why =
        String(may) === 'true'
          ? 'row security hides rows from the platform’s role'
          : 'the platform’s role may not read it'
      return { schema, name, rows: null, why }
    })
  let unanswered = 0
  for (let start = 0; start < open.length; start += batchSize) {
    const batch = open.slice(start, start + batchSize)
    const counts =
      unanswered < patience ? await countBatch(api, batch) : uncounted(batch, 'not asked: no answer before')
    unanswered = counts.some(({ rows }) => rows !== null) ? 0 : unanswered + 1
    counted.push(...counts)
  }
  return { kind: 'answered', value: counted }
}

function uncounted(tables: readonly Named[], why: string): readonly CountedTable[] {
  return tables.map(({ schema, name }) => ({ schema, name, rows: null, why }))
}

type Named = Pick<CountedTable, 'schema' | 'name'>

/** One table that can't be counted takes its whole batch along: then one by one. */
async function countBatch(api: ManagementApi, tables: readonly Named[]): Promise<readonly CountedTable[]> {
  const answer = await askReadOnly(api, countQuery(tables))
  if (answer.kind === 'answered') {
    const rows = new Map(answer.value.map((row) => [String(row['n']), wholeNumber(row['rows'])]))
    return tables.map(({ schema, name }, index) => {
      const count = rows.get(String(index)) ?? null
      return { schema, name, rows: count, why: count === null ? 'the platform’s answer holds no count of it' : null }
    })
  }
  const isOfTheQuery = answer.kind === 'refused' && (answer.status === 400 || answer.status >= 500)
  if (!isOfTheQuery || tables.length === 1) return uncounted(tables, answer.why)
  const counted: CountedTable[] = []
  for (const table of tables) counted.push(...(await countBatch(api, [table])))
  return counted
}

function countQuery(tables: readonly Named[]): string {
  return tables
    .map(
      ({ schema, name }, index) =>
        `SELECT ${index} AS n, pg_catalog.count(*)::pg_catalog.text AS rows FROM ONLY ${quoteQualified(schema, name)}`,
    )
    .join('\nUNION ALL ')
}

const unread = {
  kind: 'failed',
  why: 'the platform’s answer about the query lists no tables',
  hint: 'a newer rehearse may know the answer',
} as const
