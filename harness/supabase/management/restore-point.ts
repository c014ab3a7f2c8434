import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, scrubLine, type Clock } from '../../core/index.ts'
import { restorePoint } from './answers.ts'
import { interrupted, requireAnswer, type ManagementApi } from './client.ts'
import type { Answer, RestorePoint } from './types.ts'

/** The platform's own limit. */
const longestName = 20
const path = 'database/backups/restore-point'

/** Checked before anything is sent: a name that is too long would be refused on the day. Throws `E_USAGE`. */
export function requireFitName(name: string): string {
  const { length } = name
  if (/^[\w.-]+$/.test(name) && length <= longestName) return name
  throw new Fault(
    'E_USAGE',
    length > longestName
      ? `"${scrubLine(name, 60)}" has ${length} characters, and a restore point’s name at most ${longestName}`
      : `"${scrubLine(name, 60)}" is no name of a restore point`,
    { hint: 'letters, digits, dot, dash and underscore: pre-migration-0301' },
  )
}

export async function readRestorePoint(api: ManagementApi, name: string): Promise<Answer<RestorePoint>> {
  return api.get('restore point', `${path}?name=${encodeURIComponent(name)}`, restorePoint)
}

export interface WaitOptions {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly waitMs: number
  readonly pauseMs?: number
}

/**
 * Makes a restore point, the one thing that we ever write there, and waits until it can be gone back to. One that is there
 * already is refused: it is of another time. Where the answer got lost, it is looked for, not made again. What comes back
 * is `AVAILABLE`, or what it has come to when the time is over. Throws `E_PLATFORM_REFUSED`, `E_PLATFORM_FAILED`.
 */
export async function makeRestorePoint(api: ManagementApi, name: string, options: WaitOptions): Promise<RestorePoint> {
  const { signal, clock, waitMs, pauseMs = 3_000 } = options
  requireFitName(name)
  await refuseTaken(api, name)
  const made = await api.post('restore point', path, { name }, restorePoint)
  const isLost = made.kind === 'failed' || (made.kind === 'refused' && made.status >= 500)
  const from = clock.monotonicMs()
  let point = requireAnswer(
    isLost ? await readRestorePoint(api, name) : made,
    isLost ? `whether ${name} was made is not known` : `${name} was not made`,
  )
  while (point.status === 'PENDING' && clock.monotonicMs() - from < waitMs) {
    await sleep(pauseMs, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? interrupted() : error
    })
    point = requireAnswer(await readRestorePoint(api, name), `${name} was asked for, and how it stands is not known`)
  }
  return point
}

/** How the platform answers about a name that there is none of isn't written down: only one that it knows is refused. */
async function refuseTaken(api: ManagementApi, name: string): Promise<void> {
  const before = await readRestorePoint(api, name)
  if (before.kind !== 'answered') {
    // A token may write and not read, and a project without recovery says so to the write as well.
    if (before.kind === 'failed' || ![400, 402, 403, 404].includes(before.status))
      requireAnswer(before, `whether there is a ${name} already is not known, and nothing was sent`)
    return
  }
  if (before.value.name !== name) return
  const { status } = before.value
  if (status === 'REMOVED' || status === 'FAILED') return
  throw new Fault('E_USAGE', `there is a restore point ${name} already (${scrubLine(status, 40)})`, {
    hint: 'it is of another time: give a new one another name',
  })
}
