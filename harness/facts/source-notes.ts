import type { SqlRunner } from '../core/index.ts'
import { conditionsOf } from './configuration-rows.ts'
import { identityOf } from './identity.ts'
import { configurationConditionsQuery } from './queries/configuration-conditions.ts'
import { emptyViewsQuery } from './queries/empty-views.ts'
import { inPinnedTransaction } from './transaction.ts'
import type { Facts } from './types.ts'

/** What a restored copy must know of its source before it is finished and observed. */
export interface SourceNotes {
  /** By which an extension's tables are dumped, by identity of the table. */
  readonly conditions: ReadonlyMap<string, string>
  /** Materialised views that were never filled, by identity: no dump fills them, nor may we. */
  readonly emptyViews: ReadonlySet<string>
}

export const noSourceNotes: SourceNotes = { conditions: new Map(), emptyViews: new Set() }

export function sourceNotesOf(facts: Pick<Facts, 'tables' | 'objects'> | null): SourceNotes {
  if (facts === null) return noSourceNotes
  // Facts of definitions alone have no tables.
  const empty = facts.objects.filter(
    ({ kind, properties }) => kind === 'materialized view' && properties['populated'] === 'false',
  )
  return {
    conditions: conditionsOf(facts.tables),
    emptyViews: new Set(empty.map(({ identity }) => identity)),
  }
}

/** The same of a database that is not observed yet, and is believed: catalogues alone are read. */
export async function readSourceNotes(sql: SqlRunner): Promise<SourceNotes> {
  const read = async (): Promise<SourceNotes> => {
    const conditions = await sql.query(configurationConditionsQuery)
    const views = await sql.query(emptyViewsQuery)
    const nameOf = (row: Readonly<Record<string, string | null>>): string =>
      identityOf([row['schema'] ?? '', row['name'] ?? ''])
    return {
      conditions: new Map(conditions.map((row) => [nameOf(row), row['condition'] ?? ''] as const)),
      emptyViews: new Set(views.map(nameOf)),
    }
  }
  return inPinnedTransaction(sql, read, { lockTimeoutMs: 100 })
}
