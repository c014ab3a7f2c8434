import { quoteLiteral, quoteQualified, type SqlRunner } from '../core/index.ts'
import { identityOf, type Facts, type SequenceFact } from '../facts/index.ts'
import { sqlstateOf } from './read-sights.ts'
import { restorePositions, type Positions } from './sequence-positions.ts'

const sequencesPerStatement = 100

/** What nextval gave, against the column that the sequence feeds. */
export interface SequenceDraw {
  readonly sequence: string
  readonly column: string
  /** Null when nextval failed. */
  readonly gives: string | null
  readonly sqlstate: string | null
  readonly reached: string
  /** The next row of that column would collide. */
  readonly collides: boolean
}

/**
 * Calls nextval of every sequence that feeds a column with rows. In the caller's transaction; the sequences move, and
 * are to be set back. One that starts over when it has come to its end is left out: it collides by design.
 */
export async function drawSequences(
  sql: SqlRunner,
  facts: Facts,
  positions: Positions,
): Promise<readonly SequenceDraw[]> {
  const cycling = new Set(
    facts.objects
      .filter(({ kind, properties }) => kind === 'sequence' && properties['cycle'] === 'true')
      .map(({ identity }) => identity),
  )
  const feeding = facts.sequences.filter(
    (sequence) => sequence.columnMax !== null && sequence.unreadable === undefined && !cycling.has(nameOf(sequence)),
  )
  const draws: SequenceDraw[] = []
  await sql.query('SAVEPOINT rehearsal_draw')
  for (let start = 0; start < feeding.length; start += sequencesPerStatement) {
    draws.push(...(await drawSome(sql, feeding.slice(start, start + sequencesPerStatement), positions)))
  }
  await sql.query('RELEASE SAVEPOINT rehearsal_draw')
  return draws
}

/** Drawn in one statement; when one of them fails, all are set back and each is drawn alone. */
async function drawSome(
  sql: SqlRunner,
  sequences: readonly SequenceFact[],
  positions: Positions,
): Promise<readonly SequenceDraw[]> {
  const calls = sequences.map(({ schema, name }, index) => {
    return `pg_catalog.nextval(${quoteLiteral(quoteQualified(schema, name))}::pg_catalog.regclass)::text AS s${index}`
  })
  try {
    const [row] = await sql.query(`SELECT ${calls.join(', ')}`)
    return sequences.map((sequence, index) => drawOf(sequence, row?.[`s${index}`] ?? null, null))
  } catch (error) {
    const sqlstate = sqlstateOf(error)
    if (sqlstate === null) throw error
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_draw')
    const [first] = sequences
    if (first && sequences.length === 1) return [drawOf(first, null, sqlstate)]
    await restorePositions(sql, positions)
    const draws: SequenceDraw[] = []
    for (const sequence of sequences) draws.push(...(await drawSome(sql, [sequence], positions)))
    return draws
  }
}

function nameOf({ schema, name }: SequenceFact): string {
  return identityOf([schema, name])
}

function drawOf(sequence: SequenceFact, gives: string | null, sqlstate: string | null): SequenceDraw {
  const reached = sequence.columnMax ?? '0'
  const gap = BigInt(gives ?? '0') - BigInt(reached)
  const clears = BigInt(sequence.increment) > 0n ? gap > 0n : gap < 0n
  const column = sequence.ownedBy ?? 'its column'
  return { sequence: nameOf(sequence), column, gives, sqlstate, reached, collides: gives !== null && !clears }
}
