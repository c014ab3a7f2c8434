import type { Session } from '../postgres/index.ts'
import type { PlanItem } from './plan/plan-graph.ts'
import { WorkQueue } from './plan/work-queue.ts'

/** So many that the trip to the server and the end of a transaction no longer count. */
const mostTogether = 50

export interface PlanRunner {
  /** It takes no longer than its trip to the server, and may share that with others. */
  readonly isSmall: (item: PlanItem) => boolean
  readonly run: (batch: readonly PlanItem[], session: Session) => Promise<void>
}

/**
 * Runs the items of a plan on sessions, as many at a time as there are and as their order allows. The first thing that
 * throws ends it, once what runs has come to its end.
 */
export async function runPlan(
  items: readonly PlanItem[],
  sessions: readonly Session[],
  { isSmall, run }: PlanRunner,
): Promise<void> {
  const queue = new WorkQueue(items)
  let failed = false
  let wake = Promise.withResolvers<void>()
  const work = async (session: Session): Promise<void> => {
    while (!failed && !queue.isDone) {
      const batch = queue.takeBatch(isSmall, mostTogether)
      if (batch.length === 0) {
        await wake.promise
        continue
      }
      try {
        await run(batch, session)
      } catch (thrown) {
        failed = true
        throw thrown
      } finally {
        for (const item of batch) queue.done(item)
        wake.resolve()
        wake = Promise.withResolvers<void>()
      }
    }
  }
  const ended = await Promise.allSettled(sessions.map(work))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}
