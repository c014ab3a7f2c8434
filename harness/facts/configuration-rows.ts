import { identityOf } from './identity.ts'
import type { TableFact } from './types.ts'

/**
 * Of some tables of an extension a dump holds the rows that match a condition: text of the extension's own, which whoever
 * is superuser can also write into the catalogue. It is run
 * - as one expression in brackets, whatever it holds: no second statement, no clause beside it ({@link expressionOf});
 * - in a read-only transaction;
 * - where the backup is taken, as pg_dump runs it there; on a restored copy, which may be hostile, only when it is to
 *   the letter what was recorded of production.
 * What it calls by name is called: on the copy that is the extension's code, which the restore has run already.
 * https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES
 */
export type RunnableConditions = 'all' | ReadonlyMap<string, string>

/** Why rows were not counted. The table is there. */
export const conditionNotRun =
  'which of its rows are the user’s is said otherwise than recorded, or not in one expression'

/** What may be run on a copy of it: conditions that were run, by identity of their table. */
export function conditionsOf(tables: readonly TableFact[]): ReadonlyMap<string, string> {
  return new Map(
    tables.flatMap(({ schema, name, condition, unreadable }) =>
      condition === undefined || unreadable === conditionNotRun
        ? []
        : [[identityOf([schema, name]), condition] as const],
    ),
  )
}

/** A string, a quoted name, a bracket, or anything that can't begin a comment, another kind of string or a statement. */
const harmless = /'[^'\\]*'|"[^"]*"|[()]|-(?!-)|\/(?!\*)|[^'"()\-/;$\\]/y

/** The expression after WHERE; null where it is more than one, or we can't tell. */
export function expressionOf(condition: string): string | null {
  const [, expression] = /^\s*WHERE\s(.+)$/is.exec(condition) ?? []
  if (expression === undefined) return null
  let depth = 0
  harmless.lastIndex = 0
  while (harmless.lastIndex < expression.length) {
    const [token] = harmless.exec(expression) ?? []
    if (token === undefined) return null
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (depth < 0) return null
  }
  return depth === 0 ? expression : null
}
