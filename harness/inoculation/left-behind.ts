import { readPositions, restorePositions } from '../behaviour/index.ts'
import type { SqlRunner } from '../core/index.ts'
import { forgetOwnSettings, pinSettings, reobserve, type Parts } from '../facts/index.ts'
import type { Sight } from './see.ts'
import type { Look } from './types.ts'

/** Where the sequences stand, to be brought back to there. */
export async function standing(sql: SqlRunner): Promise<{ readonly bringBack: (sql: SqlRunner) => Promise<void> }> {
  const positions = await readPositions(sql)
  return { bringBack: (again) => restorePositions(again, positions) }
}

/** Names of what is not as it was among all that was touched, read once more in a transaction of its own. */
export async function leftBehind(
  sql: SqlRunner,
  { facts, settled, fingerprint }: Pick<Sight, 'facts' | 'settled' | 'fingerprint'>,
  looks: readonly Look[],
): Promise<readonly string[]> {
  const parts = together(looks)
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await forgetOwnSettings(sql)
    await pinSettings(sql)
    const now = settled(await reobserve(sql, facts, parts, { fingerprint }))
    return [
      ...differing(facts.objects, now.objects, ({ kind, identity }) => `${kind} ${identity}`),
      ...differing(facts.tables, now.tables, ({ schema, name }) => `${schema}.${name}`),
      ...differing(facts.sequences, now.sequences, ({ schema, name }) => `${schema}.${name}`),
    ]
  } finally {
    await sql.query('ROLLBACK')
  }
}

/** What every look reads, and all sequences: whatever drew from one, they were set back by hand. */
function together(looks: readonly Look[]): Parts {
  const parts = looks.flatMap((look) => (look.by === 'facts' ? [look.parts] : []))
  return {
    kinds: [...new Set(parts.flatMap(({ kinds = [] }) => kinds))],
    tables: [
      ...new Map(parts.flatMap(({ tables = [] }) => tables).map((table) => [JSON.stringify(table), table])).values(),
    ],
    sequences: parts.flatMap(({ sequences = [] }) => sequences),
    largeObjects: parts.some(({ largeObjects }) => largeObjects === true),
  }
}

function differing<Fact>(before: readonly Fact[], after: readonly Fact[], nameOf: (fact: Fact) => string): string[] {
  if (before === after) return []
  const known = new Map(before.map((fact) => [nameOf(fact), fact]))
  const names = after.flatMap((fact) => {
    const name = nameOf(fact)
    const was = known.get(name)
    known.delete(name)
    return was === fact || JSON.stringify(was) === JSON.stringify(fact) ? [] : [name]
  })
  return [...names, ...known.keys()]
}
