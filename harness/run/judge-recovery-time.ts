import type { ConfigValues } from '../config/index.ts'
import { formatDuration } from '../core/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { StepRecord } from '../report/index.ts'
import type { FindingBook } from './finding-book.ts'
import type { RestoredSet } from './restore-set.ts'

/**
 * The restore alone against the objective for recoveries: by the stock clients into a server with PostgreSQL's own
 * durability ({@link startEngine} sees to it). By our own loader it takes another time, and nothing follows from it.
 */
export function judgeRecoveryTime(
  steps: readonly StepRecord[],
  { server, restored }: { readonly server: Pick<DisposableServer, 'kind'>; readonly restored: RestoredSet },
  { budgets, restorer }: Pick<ConfigValues, 'budgets' | 'restorer'>,
  book: FindingBook,
): void {
  if (budgets.rtoMs === null) return
  const took = steps.findLast(({ step, outcome }) => step === 'restore' && outcome === 'done')
  if (restorer !== 'stock' || !took) {
    const why = 'a rehearsal by its own loader, without durability, takes another time than a recovery'
    book.notChecked('recovery time', restored.database, why, 'rehearse with --restorer stock')
    return
  }
  const words = { expected: `at most ${formatDuration(budgets.rtoMs)}`, actual: formatDuration(took.durationMs) }
  const where = server.kind === 'server' ? 'into your server' : "with PostgreSQL's own durability, on this machine"
  const message = `${restored.restorer} took ${words.actual} to restore it ${where}; ${words.expected} by the recovery time objective`
  if (took.durationMs > budgets.rtoMs)
    book.differs('recovery time', restored.database, message, {
      ...words,
      remedy: 'restore with more jobs, keep a physical copy beside it, or agree on a longer time',
    })
  else book.same('recovery time', restored.database, `${message}; fetching and decrypting it come on top`, words)
}
