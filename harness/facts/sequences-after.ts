import type { SqlRunner } from '../core/index.ts'
import { identityOf } from './identity.ts'
import { observedSchemas, type ObserveOptions } from './observe.ts'
import { readSequences } from './read-sequences.ts'
import { Readings } from './readings.ts'
import { inPinnedTransaction } from './transaction.ts'
import type { Facts, SequenceFact } from './types.ts'

/**
 * Where sequences stand now. They are not MVCC: read them once more when pg_dump is done, in the same transaction or
 * another, and give them to {@link withSequencesAfter}.
 */
export async function observeSequences(
  sql: SqlRunner,
  options: Pick<ObserveOptions, 'schemas' | 'exclude' | 'signal'> = {},
): Promise<readonly SequenceFact[]> {
  return inPinnedTransaction(sql, async () => {
    const { oids } = await observedSchemas(sql, options)
    const readings = await Readings.open(sql)
    const sequences = await readSequences(readings, oids, { signal: options.signal })
    await readings.close()
    return sequences
  })
}

/** Facts taken before a dump, with the positions read after it: a dump's own value lies between. */
export function withSequencesAfter(facts: Facts, later: readonly SequenceFact[]): Facts {
  const positions = new Map(later.map((sequence) => [identityOf([sequence.schema, sequence.name]), sequence]))
  return {
    ...facts,
    sequences: facts.sequences.map((sequence) => {
      const after = positions.get(identityOf([sequence.schema, sequence.name]))
      if (!after || after.unreadable !== undefined) return sequence
      return { ...sequence, after: { lastValue: after.lastValue, isCalled: after.isCalled } }
    }),
  }
}
