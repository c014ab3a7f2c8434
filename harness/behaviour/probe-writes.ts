import { quoteIdentifier, quoteQualified, type Row, type SqlRunner } from '../core/index.ts'
import { identityOf, type Facts } from '../facts/index.ts'
import { drawSequences, type SequenceDraw } from './draw-sequences.ts'
import { readPositions, restorePositions, type Positions } from './sequence-positions.ts'
import { tryWrites, type Attempt } from './try-writes.ts'
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
  /** One relation alone, by identity. */
  readonly relation?: string
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

/** Only a superuser may, and only a superuser's dump needs it. */
export const letTriggersFire = `SELECT pg_catalog.set_config('session_replication_role', 'origin', true)
  WHERE pg_catalog.current_setting('session_replication_role') OPERATOR(pg_catalog.<>) 'origin'`

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
  await sql.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE')
  try {
    return await probe(sql, facts, options, positions)
  } finally {
    await sql.query('ROLLBACK')
    await restorePositions(sql, positions)
  }
}

/** The same in a transaction that the caller rolls back: sequences that were drawn from are set back here. */
export async function probeWritesWithin(
  sql: SqlRunner,
  facts: Facts,
  options: ProbeWritesOptions,
): Promise<WriteProbe> {
  const positions = await readPositions(sql)
  const result = await probe(sql, facts, options, positions)
  await restorePositions(sql, positions)
  return result
}

async function probe(
  sql: SqlRunner,
  facts: Facts,
  options: ProbeWritesOptions,
  positions: Positions,
): Promise<WriteProbe> {
  await sql.query(letTriggersFire)
  const draws = await drawSequences(sql, facts, positions)
  return { draws, ...(await writeRows(sql, facts, options)) }
}

async function writeRows(
  sql: SqlRunner,
  { schemas }: Facts,
  { viewers, isCutOff, statementTimeoutMs, deadlineMs, relation, signal }: ProbeWritesOptions,
): Promise<Omit<WriteProbe, 'draws'>> {
  const settingsOf = new Map(viewers.map(({ role, settings }) => [role, settings]))
  const targets = schemas.length === 0 ? [] : await sql.query(writeTargetsQuery([...settingsOf.keys()], schemas))
  const [usual, wide] = await searchPaths(sql, schemas)
  const limits = { endsAtMs: performance.now() + deadlineMs, signal }
  const outOfReach = new Set<string>()
  const writes = targets.flatMap((target): Write[] => {
    const known = knownOf(target)
    if (relation !== undefined && relation !== known.relation) return []
    if (target['fires'] !== 'true' || isCutOff) return statementsFor(target).map((write) => ({ ...known, ...write }))
    outOfReach.add(known.relation)
    return []
  })
  const ends = new Map<Attempt, string | null>()
  for (const several of inTurns(writes)) {
    const role = several[0]?.role ?? ''
    const settings: Readonly<Record<string, string>> = {
      row_security: 'on',
      synchronize_seqscans: 'off',
      statement_timeout: String(statementTimeoutMs),
      ...settingsOf.get(role),
    }
    const path = settings['search_path'] ?? usual
    for (const [write, end] of await tryWrites(sql, { ...settings, search_path: path, role }, several, limits)) {
      ends.set(write, end)
    }
    const lost = several.filter((write) => undefinedNames.has(ends.get(write) ?? ''))
    if (lost.length === 0) continue
    for (const [write, end] of await tryWrites(sql, { ...settings, search_path: wide, role }, lost, limits)) {
      ends.set(write, end)
    }
  }
  const failures = writes.flatMap((write): WriteFailure[] => {
    const { relation, verb, role, owns } = write
    const sqlstate = ends.get(write) ?? null
    return sqlstate === null ? [] : [{ relation, verb, role, owns, sqlstate }]
  })
  const tried = writes.filter((write) => ends.has(write))
  const untried = writes.filter((write) => !ends.has(write))
  return {
    failures,
    tables: relationsOf(tried).length,
    statements: tried.length,
    outOfReach: [...outOfReach],
    outOfTime: relationsOf(untried),
  }
}

interface Write extends Attempt {
  readonly relation: string
  readonly verb: 'UPDATE' | 'DELETE'
  readonly role: string
  readonly owns: boolean
}

/** So many writes between two changes of role; table by table, so that when time is over, tables are left, not roles. */
const writesPerTurn = 400

/** Those of one role together. */
function inTurns(writes: readonly Write[]): readonly (readonly Write[])[] {
  const turns: (readonly Write[])[] = []
  for (let start = 0; start < writes.length; start += writesPerTurn) {
    turns.push(...Map.groupBy(writes.slice(start, start + writesPerTurn), ({ role }) => role).values())
  }
  return turns
}

function relationsOf(writes: readonly Write[]): readonly string[] {
  return [...new Set(writes.map(({ relation }) => relation))]
}

function knownOf(target: Row): Pick<Write, 'relation' | 'role' | 'owns'> {
  const relation = identityOf([target['schema'] ?? '', target['name'] ?? ''])
  return { relation, role: target['role'] ?? '', owns: target['owns'] === 'true' }
}

/** One row that the role can see, by its place: no scan, whatever the table's size. */
function statementsFor(target: Row): readonly Pick<Write, 'verb' | 'statement' | 'isDoubtful'>[] {
  const hasParts = target['has parts'] === 'true'
  const table = quoteQualified(target['schema'] ?? '', target['name'] ?? '')
  const one = (what: string): string => `(SELECT o.${what} FROM ${table} AS o LIMIT 1)`
  const place = `t.ctid = ${one('ctid')}${hasParts ? ` AND t.tableoid = ${one('tableoid')}` : ''}`
  const columns = (JSON.parse(target['updatable'] ?? '[]') as readonly string[]).map(quoteIdentifier)
  const same = columns.map((column) => `${column} = t.${column}`).join(', ')
  const update = {
    verb: 'UPDATE',
    statement: `UPDATE ${table} AS t SET ${same} WHERE ${place}`,
    isDoubtful: false,
  } as const
  const isDoubtful = target['referred to'] === 'true'
  const erase = { verb: 'DELETE', statement: `DELETE FROM ${table} AS t WHERE ${place}`, isDoubtful } as const
  return [...(columns.length > 0 ? [update] : []), ...(target['deletable'] === 'true' ? [erase] : [])]
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
