import { quoteLiteral, quoteQualified, type SqlRunner } from '../core/index.ts'

/** Where one sequence stands. */
interface Position {
  readonly name: string
  readonly lastValue: string
  readonly isCalled: string
}

/** By qualified name. */
export type Positions = ReadonlyMap<string, Position>

/** So many sequences one statement reads. */
const sequencesPerStatement = 200

/** Where all sequences of a database stand. They are not part of a transaction: a rollback does not bring them back. */
export async function readPositions(sql: SqlRunner): Promise<Positions> {
  const names = await sql.query(`
    SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relpersistence <> 't' ORDER BY c.oid`)
  const positions = new Map<string, Position>()
  for (let start = 0; start < names.length; start += sequencesPerStatement) {
    const selects = names.slice(start, start + sequencesPerStatement).map((row) => {
      const name = quoteQualified(row['schema'] ?? '', row['name'] ?? '')
      return `SELECT ${quoteLiteral(name)} AS name, s.last_value::text AS last_value, s.is_called::text AS is_called FROM ${name} AS s`
    })
    for (const row of await sql.query(selects.join(' UNION ALL '))) {
      const name = row['name'] ?? ''
      positions.set(name, { name, lastValue: row['last_value'] ?? '1', isCalled: row['is_called'] ?? 'false' })
    }
  }
  return positions
}

/** Sets back whatever has moved since. Outside of a transaction that is rolled back, or inside: setval stays. */
export async function restorePositions(sql: SqlRunner, before: Positions): Promise<void> {
  const now = await readPositions(sql)
  const moved = [...before.values()].filter(({ name, lastValue, isCalled }) => {
    const position = now.get(name)
    return position && (position.lastValue !== lastValue || position.isCalled !== isCalled)
  })
  for (let start = 0; start < moved.length; start += sequencesPerStatement) {
    const calls = moved
      .slice(start, start + sequencesPerStatement)
      .map(
        ({ name, lastValue, isCalled }) =>
          `pg_catalog.setval(${quoteLiteral(name)}::pg_catalog.regclass, ${quoteLiteral(lastValue)}::bigint, ${quoteLiteral(isCalled)}::boolean)`,
      )
    await sql.query(`SELECT ${calls.join(', ')}`)
  }
}
