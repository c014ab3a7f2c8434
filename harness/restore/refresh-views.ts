import { quoteQualified } from '../core/index.ts'
import { nameRefusedOwner } from './deputy/refused-to-owner.ts'
import type { Refusal, Session } from '../postgres/index.ts'

/** A materialised view that the dump left empty, and what came of filling it. */
export interface RefreshedView {
  readonly schema: string
  readonly name: string
  /** Null when it was filled. */
  readonly refusal: Refusal | null
}

/** Materialised views that hold nothing, those that others read first. Checked on PostgreSQL 13–18. */
const unpopulated = `
  SELECT n.nspname AS schema, c.relname AS name
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'm' AND NOT c.relispopulated
  ORDER BY c.oid`

/**
 * Fills the materialised views that came back empty. pg_dump refreshes them at the end of a dump; a data-only dump (and
 * with it the Supabase CLI's three files) does not, and whoever restores it must. Those that read others of them are
 * tried again as long as that gets further.
 */
export async function refreshViews(
  session: Session,
  isWanted: (view: { readonly schema: string; readonly name: string }) => boolean,
): Promise<readonly RefreshedView[]> {
  const rows = await session.query(unpopulated)
  let open = rows.map((row) => ({ schema: row['schema'] ?? '', name: row['name'] ?? '' })).filter(isWanted)
  const done: RefreshedView[] = []
  while (open.length > 0) {
    const refused: RefreshedView[] = []
    for (const view of open) {
      const order = `REFRESH MATERIALIZED VIEW ${quoteQualified(view.schema, view.name)}`
      const outcome = await nameRefusedOwner(session, Buffer.from(order), await session.execute(order))
      if (outcome.ok) done.push({ ...view, refusal: null })
      else refused.push({ ...view, refusal: outcome.refusal })
    }
    if (refused.length === open.length) return [...done, ...refused]
    open = refused.map(({ schema, name }) => ({ schema, name }))
  }
  return done
}
