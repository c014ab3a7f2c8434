import { quoteLiteral, quoteQualified, type SqlRunner } from '../core/index.ts'
import { identityOf, type Facts, type SequenceFact } from '../facts/index.ts'
import { sqlstateOf } from './read-sights.ts'

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
export async function drawSequences(sql: SqlRunner, facts: Facts): Promise<readonly SequenceDraw[]> {
  const cycling = new Set(
    facts.objects
      .filter(({ kind, properties }) => kind === 'sequence' && properties['cycle'] === 'true')
      .map(({ identity }) => identity),
  )
  const feeding = facts.sequences.filter(
    (sequence) => sequence.columnMax !== null && sequence.unreadable === undefined && !cycling.has(nameOf(sequence)),
  )
  const draws: SequenceDraw[] = []
  for (const sequence of feeding) {
    await sql.query('SAVEPOINT rehearsal_draw')
    try {
      const name = quoteLiteral(quoteQualified(sequence.schema, sequence.name))
      const [row] = await sql.query(`SELECT pg_catalog.nextval(${name}::pg_catalog.regclass)::text AS gives`)
      draws.push(drawOf(sequence, row?.['gives'] ?? null, null))
    } catch (error) {
      const sqlstate = sqlstateOf(error)
      if (sqlstate === null) throw error
      draws.push(drawOf(sequence, null, sqlstate))
    }
    await sql.query('ROLLBACK TO SAVEPOINT rehearsal_draw')
  }
  return draws
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
