import { scrubLine } from '../core/index.ts'
import { identityOf, type SourceNotes } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import { isOutOfReach, mayViewNeedRights, refreshViews, type RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'
import { sayOutOfReach } from './judge-out-of-reach.ts'

/**
 * Fills the materialised views that the dump leaves empty and production had filled, and says so: whoever restores it on
 * the bad day must do the same.
 */
export async function fillViews(
  session: Session,
  { refused }: Pick<RestoreLedger, 'refused'>,
  { emptyViews }: SourceNotes,
  book: FindingBook,
): Promise<void> {
  const views = await refreshViews(session, ({ schema, name }) => !emptyViews.has(identityOf([schema, name])))
  const isWithheld = refused.some(({ meaning }) => meaning === 'rights')
  for (const { schema, name, refusal } of views) {
    const view = `${schema}.${name}`
    const remedy = `after a real restore: REFRESH MATERIALIZED VIEW ${view}`
    if (refusal === null) {
      book.notice(
        'restore',
        view,
        `materialized view ${view} comes back empty from this dump; it was refreshed here`,
        remedy,
      )
    } else if (isOutOfReach(refusal)) {
      sayOutOfReach(view, refusal.message, book)
    } else if (mayViewNeedRights(refusal, await isSuperuser(session), isWithheld)) {
      book.notChecked(
        'restore',
        view,
        `materialized view ${view} was filled by no superuser: ${scrubLine(refusal.message)}`,
        'see what the engine lacks: superuser',
      )
    } else {
      const why = `${scrubLine(refusal.message)} (${refusal.code})`
      book.differs('restore', view, `materialized view ${view} comes back empty and can not be refreshed: ${why}`, {
        remedy: 'mend what it reads, and rehearse again',
        attribution: 'dump',
      })
    }
  }
}

async function isSuperuser(session: Session): Promise<boolean> {
  const [row] = await session.query(`SELECT pg_catalog.current_setting('is_superuser') AS super`)
  return row?.['super'] === 'on'
}
