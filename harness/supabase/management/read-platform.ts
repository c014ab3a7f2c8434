import { backupList, schedule } from './answers.ts'
import type { ManagementApi } from './client.ts'
import { readSizes } from './read-sizes.ts'
import { requireFitName, readRestorePoint } from './restore-point.ts'
import type { PlatformFacts } from './types.ts'

/** Asks for everything that the platform says of a project's backups: four questions, one after another; changes nothing. */
export async function readPlatform(api: ManagementApi, restorePoint: string | null): Promise<PlatformFacts> {
  const name = restorePoint === null ? null : requireFitName(restorePoint)
  return {
    ref: api.ref,
    backups: await api.get('backups', 'database/backups', backupList),
    schedule: await api.get('schedule', 'database/backups/schedule', schedule),
    restorePoint: name === null ? null : { name, answer: await readRestorePoint(api, name) },
    sizes: await readSizes(api),
  }
}
