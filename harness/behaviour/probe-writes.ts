import { quoteIdentifier, quoteLiteral, quoteQualified, type Row, type SqlRunner } from '../core/index.ts'
import { identityOf, type Facts } from '../facts/index.ts'
import { drawSequences, type SequenceDraw } from './draw-sequences.ts'
import { sqlstateOf } from './read-sights.ts'
import { readPositions, restorePositions } from './sequence-positions.ts'
import type { Viewer } from './viewers.ts'
import { writeTargetsQuery } from './write-targets-query.ts'

export interface ProbeWritesOptions {
  /** Who writes besides the owners; of several with one role, the last. */
  readonly viewers: readonly Viewer[]
  /** False for a server that can reach others: tables with triggers are then left alone. */
  readonly isCutOff: boolean
  /** Of one statement, milliseconds: a cascade may reach far, and is then not waited for. */
  readonly statementTimeoutMs: number
  /** Of all together, milliseconds. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

/** A statement that failed. */
export interface WriteFailure {
  readonly relation: string
  readonly verb: 'UPDATE' | 'DELETE'
  readonly role: string
  readonly owns: boolean
  readonly sqlstate: string
}

export interface WriteProbe {
  readonly draws: readonly SequenceDraw[]
  readonly failures: readonly WriteFailure[]
  /** Tables of which a row was written to, or would have been had there been one. */
  readonly tables: number
  readonly statements: number
  /** Tables that were left alone, by reason. */
  readonly outOfReach: readonly string[]
  readonly outOfTime: readonly string[]
}

/** A name that is not found: in another place of the search path it may be. Class 42, undefined something; 3F000 schema. */
const undefinedNames: ReadonlySet<string> = new Set(['42883', '42P01', '42703', '42704', '3F000'])

/**
 * Writes to a restored copy, and leaves no trace: every sequence is drawn from, and one row of every table is updated
 * to what it is and deleted, as the owner and as every role that may, so that its triggers, policies, checks and what
 * they call have run once. All in one transaction that is rolled back; sequences are set back.
 */
export async function probeWrites(sql: SqlRunner, facts: Facts, options: ProbeWritesOptions): Promise<WriteProbe> {
  const positions = await readPositions(sql)
  // A dump may have brought settings along that make every transaction read-only, or triggers silent.
  await sql.query("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL session_replication_role = 'origin'")
  try {
    const draws = await drawSequences(sql, facts)
    return { draws, ...(await writeRows(sql, facts, options)) }
  } finally {
    await sql.query('ROLLBACK')
    await restorePositions(sql, positions)
  }
}

async function writeRows(
  sql: SqlRunner,
  { schemas }: Facts,
  { viewers, isCutOff, statementTimeoutMs, deadlineMs, signal }: ProbeWritesOptions,
): Promise<Omit<WriteProbe, 'draws'>> {
  const settingsOf = new Map(viewers.map(({ role, settings }) => [role, settings]))
  const targets = await sql.query(writeTargetsQuery([...settingsOf.keys()], schemas))
  const [usual, wide] = await searchPaths(sql, schemas)
  const endsAtMs = performance.now() + deadlineMs
  const failures: WriteFailure[] = []
  const [tables, outOfReach, outOfTime] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let statements = 0
  for (const target of targets) {
    signal?.throwIfAborted()
    const relation = identityOf([target['schema'] ?? '', target['name'] ?? ''])
    if (target['fires'] === 'true' && !isCutOff) {
      outOfReach.add(relation)
      continue
    }
    if (performance.now() > endsAtMs) {
      outOfTime.add(relation)
      continue
    }
    tables.add(relation)
    const role = target['role'] ?? ''
    const settings: Readonly<Record<string, string>> = {
      row_security: 'on',
      synchronize_seqscans: 'off',
      statement_timeout: String(statementTimeoutMs),
      ...settingsOf.get(role),
    }
    for (const [verb, statement] of statementsFor(target)) {
      statements += 1
      const path = settings['search_path'] ?? usual
      let sqlstate = await attempt(sql, statement, { ...settings, search_path: path, role })
      if (sqlstate !== null && undefinedNames.has(sqlstate))
        sqlstate = await attempt(sql, statement, { ...settings, search_path: wide, role })
      if (sqlstate !== null) failures.push({ relation, verb, role, owns: target['owns'] === 'true', sqlstate })
    }
  }
  return { failures, tables: tables.size, statements, outOfReach: [...outOfReach], outOfTime: [...outOfTime] }
}

/** One row that the role can see, by its place: no scan, whatever the table's size. */
function statementsFor(target: Row): readonly (readonly ['UPDATE' | 'DELETE', string])[] {
  const hasParts = target['has parts'] === 'true'
  const table = quoteQualified(target['schema'] ?? '', target['name'] ?? '')
  const one = (what: string): string => `(SELECT o.${what} FROM ${table} AS o LIMIT 1)`
  const place = `t.ctid = ${one('ctid')}${hasParts ? ` AND t.tableoid = ${one('tableoid')}` : ''}`
  const columns = (JSON.parse(target['updatable'] ?? '[]') as readonly string[]).map(quoteIdentifier)
  const same = columns.map((column) => `${column} = t.${column}`).join(', ')
  return [
    ...(columns.length > 0 ? [['UPDATE', `UPDATE ${table} AS t SET ${same} WHERE ${place}`] as const] : []),
    ...(target['deletable'] === 'true' ? [['DELETE', `DELETE FROM ${table} AS t WHERE ${place}`] as const] : []),
  ]
}

/** What a statement failed with; null when it did not. What it did is undone. Deferred constraints are checked too. */
async function attempt(
  sql: SqlRunner,
  statement: string,
  settings: Readonly<Record<string, string>>,
): Promise<string | null> {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
  )
  let sqlstate: string | null = null
  try {
    await sql.query(
      `SAVEPOINT rehearsal_write; SELECT ${calls.join(', ')}; ${statement}; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT rehearsal_write`,
    )
  } catch (error) {
    sqlstate = sqlstateOf(error)
    if (sqlstate === null) throw error
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_write')
  }
  return sqlstate
}

/** Where a client of this database looks for names; and everywhere, for an application that sets a path of its own. */
async function searchPaths(sql: SqlRunner, schemas: readonly string[]): Promise<readonly [string, string]> {
  const [row] = await sql.query(`
    SELECT s.reset_val AS usual, (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname <> 'public', n.nspname COLLATE pg_catalog."C")
      FROM pg_catalog.pg_namespace AS n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') AS every
    FROM pg_catalog.pg_settings AS s WHERE s.name = 'search_path'`)
  const usual = row?.['usual'] || '"$user", public'
  return [schemas.includes('extensions') ? `${usual}, extensions` : usual, row?.['every'] ?? usual]
}
