import { backupList, schedule } from './answers.ts'
import type { ManagementApi } from './client.ts'
import { readSizes } from './read-sizes.ts'
import { requireFitName, readRestorePoint } from './restore-point.ts'
import type { Answer, PlatformFacts } from './types.ts'

/**
 * Asks for everything that the platform says of a project's backups: four questions, one after another; changes nothing.
 * Where nobody answers the first, or its refusal is of the project or the token, the others are not asked.
 */
export async function readPlatform(api: ManagementApi, restorePoint: string | null): Promise<PlatformFacts> {
  const name = restorePoint === null ? null : requireFitName(restorePoint)
  const backups = await api.get('backups', 'database/backups', backupList)
  const goesOn = !holdsForAll(backups)
  return {
    ref: api.ref,
    backups,
    schedule: goesOn ? await api.get('schedule', 'database/backups/schedule', schedule) : null,
    restorePoint: name === null ? null : { name, answer: goesOn ? await readRestorePoint(api, name) : null },
    sizes: goesOn ? await readSizes(api) : null,
  }
}

/** The token, the project, or a pause that the next question would not keep to. */
const ofEveryQuestion = new Set([401, 404, 429])

function holdsForAll(answer: Answer<unknown>): boolean {
  if (answer.kind === 'answered') return false
  return answer.kind === 'failed' ? answer.silent === true : ofEveryQuestion.has(answer.status)
}
