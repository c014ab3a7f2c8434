import { resolveWebhook, sendNotice, type Notice } from '../harness/backup/index.ts'
import type { ConfigValues } from '../harness/config/index.ts'
import { asFault, systemClock, type Fault } from '../harness/core/index.ts'

/** Who is told when something ends. Made before the work begins: a webhook that can't be one is refused then. */
export interface Team {
  /** The fault when it could not be told; null when it was, or when there is nobody to tell. */
  tell(notice: Omit<Notice, 'project' | 'finishedAt' | 'durationMs'>): Promise<Fault | null>
}

export function teamOf({ notify, project }: ConfigValues, env: NodeJS.ProcessEnv): Team {
  if (notify.webhook === null) return { tell: async () => null }
  const webhook = resolveWebhook(notify.webhook, env)
  const startedMs = systemClock.monotonicMs()
  return {
    async tell(notice) {
      const durationMs = Math.round(systemClock.monotonicMs() - startedMs)
      try {
        await sendNotice(webhook, { ...notice, project, finishedAt: systemClock.now().toISOString(), durationMs })
        return null
      } catch (thrown) {
        const fault = asFault(thrown)
        if (fault.code !== 'E_NOTIFY_FAILED') throw fault
        return fault
      }
    },
  }
}

/** Does the work; if it ends in a fault the team is told of that too, and the fault is thrown on. */
export async function tellOfFault<T>(team: Team, event: Notice['event'], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const { code, message } = asFault(thrown)
    const untold = await team.tell({
      event,
      outcome: 'failed',
      text: `the ${event} failed: ${message} [${code}]`,
      set: null,
    })
    if (untold) process.stderr.write(`rehearse: ${untold.message} [${untold.code}]\n`)
    throw thrown
  }
}
