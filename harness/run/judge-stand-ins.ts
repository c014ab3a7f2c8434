import type { SqlRunner } from '../core/index.ts'
import { identityOf } from '../facts/index.ts'
import { findLeaning, type Leaning, type Platform } from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'

/** Names that a line has room for. */
const namedObjects = 20

const image = 'rehearse in an image of the platform (--engine container --image …), which has the real one'

/**
 * What of the user's was restored against a stand-in that does and holds nothing: its text is proven, for it was compared
 * with production's, and that it works is not. Rows that came through a stand-in are not checked at all.
 */
export async function judgeStandIns(
  session: SqlRunner,
  { schemas }: Pick<Platform, 'schemas'>,
  book: FindingBook,
): Promise<void> {
  const leaning = await findLeaning(session, schemas)
  for (const standIn of new Set(leaning.map((one) => one.standIn))) {
    const names = [...new Set(leaning.filter((one) => one.standIn === standIn).map(describe))]
    const more = names.length > namedObjects ? ` and ${names.length - namedObjects} more` : ''
    const message =
      `restored against a stand-in for ${standIn}, which does and holds nothing: ` +
      `${names.slice(0, namedObjects).join(', ')}${more}. Their text is what is proven, not that they work`
    book.notice('engine', `schema ${standIn}`, message, image)
  }
  for (const view of relationsOf(leaning, 'materialized view')) {
    const message = `what materialized view ${view} holds came through a stand-in, and says nothing`
    book.notChecked('engine', view, message, image)
  }
  holdBackRows(leaning, book)
}

/** That rows are others, or fewer are seen, may be the stand-in's doing; that somebody sees more is always said. */
function holdBackRows(leaning: readonly Leaning[], book: FindingBook): void {
  const computed = relationsOf(leaning, 'generated column')
  const guarded = new Set([...relationsOf(leaning, 'policy'), ...relationsOf(leaning, 'view')])
  book.revise(new Set(['row content', 'access']), (finding) => {
    const { check, object, status, notice, gravity, message } = finding
    if (status !== 'differs' || object === null) return finding
    const isComputed = check === 'row content' && computed.has(object)
    const relation = check === 'access' && gravity === 'lost behaviour' ? object.split(' as ')[0] : undefined
    if (!isComputed && (relation === undefined || !guarded.has(relation))) return finding
    const said = { message: `${message}: a stand-in takes part in it`, remedy: image }
    if (notice) return { ...finding, ...said }
    const { gravity: _, ...rest } = finding
    return { ...rest, ...said, status: 'not-checked' }
  })
}

function relationsOf(leaning: readonly Leaning[], wanted: string): ReadonlySet<string> {
  return new Set(leaning.flatMap(({ kind, relation }) => (kind === wanted && relation ? [identityOf(relation)] : [])))
}

function describe({ kind, relation, name }: Leaning): string {
  if (relation === null) return `${kind} ${name}`
  return `${kind} ${identityOf(name === null ? relation : [...relation, name])}`
}
