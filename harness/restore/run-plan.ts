import type { Session } from '../postgres/index.ts'
import type { PlanItem } from './plan/plan-graph.ts'
import { WorkQueue } from './plan/work-queue.ts'

/**
 * Runs the items of a plan on sessions, as many at a time as there are and as their order allows. The first thing that
 * throws ends it, once what runs has come to its end.
 */
export async function runPlan(
  items: readonly PlanItem[],
  sessions: readonly Session[],
  run: (item: PlanItem, session: Session) => Promise<void>,
): Promise<void> {
  const queue = new WorkQueue(items)
  let failed = false
  let wake = Promise.withResolvers<void>()
  const work = async (session: Session): Promise<void> => {
    while (!failed && !queue.isDone) {
      const item = queue.take()
      if (item === null) {
        await wake.promise
        continue
      }
      try {
        await run(item, session)
      } catch (thrown) {
        failed = true
        throw thrown
      } finally {
        queue.done(item)
        wake.resolve()
        wake = Promise.withResolvers<void>()
      }
    }
  }
  const ended = await Promise.allSettled(sessions.map(work))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}
