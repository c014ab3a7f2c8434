import type { SqlRunner } from '../../core/index.ts'
import { statementsOf, type Mutant } from './mutant.ts'

/** Makes the change in the database of that name. */
export async function runMutant(sql: SqlRunner, mutant: Mutant, database: string): Promise<void> {
  for (const statement of statementsOf(mutant, database)) {
    try {
      await sql.query(statement)
    } catch (error) {
      // CREATE UNIQUE INDEX CONCURRENTLY over rows that are not unique leaves what the mutant is about.
      if (!mutant.leavesFault) throw error
    }
  }
}
