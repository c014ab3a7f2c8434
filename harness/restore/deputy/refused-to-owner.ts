import type { Outcome, Session } from '../../postgres/index.ts'

/** A word of our own in the routine's place: whoever had asked, the owner would have been refused. */
export const refusedToOwner = 'refused to the owner'

const insufficientPrivilege = '42501'
const refresh = /^REFRESH MATERIALIZED VIEW (?:CONCURRENTLY )?(.+?)(?: WITH (?:NO )?DATA)?\s*;?\s*$/is

/**
 * A materialised view is filled with its owner's rights, also by a superuser. Where the owner is another role, and the one
 * that restores has its rights, what was refused was refused to the owner. Asks; runs nothing of the dump's. 13 to 18.
 * https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
 */
export async function nameRefusedOwner(session: Session, text: Uint8Array, outcome: Outcome): Promise<Outcome> {
  const view = refresh.exec(Buffer.from(text).toString())?.[1]
  if (outcome.ok || view === undefined || outcome.refusal.code !== insufficientPrivilege) return outcome
  const [row] = await session.query(
    `SELECT (o.rolname <> session_user AND NOT o.rolsuper AND pg_catalog.pg_has_role(session_user, o.oid, 'USAGE'))::text AS inside
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
      WHERE c.oid = pg_catalog.to_regclass($1)`,
    [view],
  )
  return row?.['inside'] === 'true' ? { ok: false, refusal: { ...outcome.refusal, routine: refusedToOwner } } : outcome
}
