import { countOf, formatCount, scrubLine } from '../core/index.ts'
import type { RefusedStatement, RestoreLedger } from '../restore/index.ts'
import type { FindingBook } from './finding-book.ts'

/** What happened while restoring, as findings of the check `restore`. */
export function judgeLedger(ledger: RestoreLedger, missingRoles: readonly string[], book: FindingBook): void {
  const losses = ledger.refused.filter(({ meaning }) => meaning === 'loss')
  const forRoles = missingRoles.length > 0 ? losses.filter(needsRole) : []
  if (forRoles.length > 0) judgeMissingRoles(missingRoles, forRoles, book)
  for (const refused of ledger.refused) {
    if (refused.meaning === 'harmless') {
      book.notice('restore', nameOf(refused), `${describe(refused)}; harmless: ${refused.explanation}`)
    }
  }
  for (const refused of losses) {
    if (forRoles.includes(refused)) continue
    const remedy = 'see the statement in the report; back up again once its cause is gone'
    book.differs('restore', nameOf(refused), describe(refused), { remedy, attribution: 'dump' })
  }
  judgeSkipped(ledger, book)
  judgeRows(ledger, book)
  judgeOrphans(ledger, book)
  const red = book.findings.some(({ check, status, notice }) => check === 'restore' && status === 'differs' && !notice)
  if (red) return
  const rows = ledger.tables.reduce((sum, table) => sum + table.rowsLoaded, 0)
  book.same(
    'restore',
    null,
    `${countOf(ledger.statementsLoaded, 'statement')} and ${countOf(rows, 'row')} were restored`,
  )
}

/** Undefined object: of the statements that name a role, the ones that a missing role fails. */
const undefinedObject = '42704'
const namesRole = /OWNER TO|^GRANT|^REVOKE|DEFAULT PRIVILEGES|POLICY|ROLE|^CREATE SCHEMA|USER MAPPING|AUTHORIZATION/

function needsRole({ refusal, verb }: RefusedStatement): boolean {
  return refusal.code === undefinedObject && namesRole.test(verb)
}

/** Said once, not once a statement: a role that is missing is missing everywhere. */
function judgeMissingRoles(roles: readonly string[], refused: readonly RefusedStatement[], book: FindingBook): void {
  const names = roles.join(', ')
  const what = roles.length === 1 ? `role ${names} is` : `roles ${names} are`
  const them = roles.length === 1 ? 'it' : 'them'
  const statements =
    refused.length === 1
      ? `a statement that names ${them} was`
      : `${formatCount(refused.length)} statements that name ${them} were`
  const message = `${what} not in the set: ${statements} refused`
  const remedy = 'put the roles into the set: `pg_dumpall --roles-only > roles.sql` beside the dump'
  book.differs('restore', names, message, { remedy, attribution: 'dump' })
}

function judgeSkipped({ skipped }: RestoreLedger, book: FindingBook): void {
  for (const { hostile, object, verb, file, line, reason } of skipped) {
    if (!hostile) continue
    const remedy = 'find out who wrote this into the dump; do not restore it'
    book.differs('restore', object ?? verb, `${file}, line ${line}: not run: ${reason}`, { remedy })
  }
}

function judgeRows({ tables }: RestoreLedger, book: FindingBook): void {
  for (const { schema, name, rowsInDump, rowsLoaded, heldBack } of tables) {
    // Rows that an extension of the engine is missing for are said with the engine.
    if (rowsLoaded === rowsInDump || heldBack) continue
    const table = `${schema}.${name}`
    book.differs('restore', table, `${table}: ${rowsInDump} rows in the dump, ${rowsLoaded} loaded`, {
      expected: String(rowsInDump),
      actual: String(rowsLoaded),
      attribution: 'restore',
      remedy: 'see which statement the server refused',
    })
  }
}

/** A full restore would stop at the constraint; one that loads with triggers off never looks. */
function judgeOrphans({ orphans }: RestoreLedger, book: FindingBook): void {
  for (const { constraint, table, references, rows } of orphans) {
    const what = `${formatCount(rows)} ${rows === 1 ? 'row refers' : 'rows refer'} to no row of ${references}`
    book.differs('restore', `${table}.${constraint}`, `${table}: ${what} (foreign key ${constraint})`, {
      remedy: 'the dump loads its rows unchecked: mend the rows in production, and back up again',
      attribution: 'dump',
    })
  }
}

function describe({ file, line, verb, object, refusal }: RefusedStatement): string {
  const what = object ? `${verb} ${object}` : verb
  return `${file}, line ${line}: the server refused ${what}: ${scrubLine(refusal.message)} (${refusal.code})`
}

function nameOf({ object, verb }: RefusedStatement): string {
  return object ?? verb
}
