import { lstat, mkdir, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault, formatBytes } from '../../core/index.ts'
import { manifestName } from '../manifest-name.ts'
import { lockFolder, type LockedFolder } from './lock-folder.ts'
import type { BackupRequest } from './request.ts'
import type { SourceSurvey } from './survey-source.ts'
import type { ProcessPort, RecordedProcess } from './types.ts'
import { sweepParts } from './work-folder.ts'

/**
 * Takes the folder of sets for this backup: made where it is missing, locked, rid of what interrupted backups left, and
 * with room. Throws `E_USAGE` for a folder that is a set itself, `E_BACKUP_BUSY` and `E_DISK_FULL`.
 */
export async function takeOutFolder<Recorded extends RecordedProcess>(
  request: Pick<BackupRequest, 'out' | 'protection'>,
  survey: SourceSurvey,
  processes: ProcessPort<Recorded>,
): Promise<LockedFolder> {
  const out = resolve(request.out)
  await refuseInsideSet(out)
  await mkdir(out, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw notAFolder(out, cause)
  })
  const locked = await lockFolder(out, processes)
  try {
    await sweepParts(locked)
    await requireSpace(out, survey, request.protection ? 2 : 1)
    return locked
  } catch (thrown) {
    await locked[Symbol.asyncDispose]()
    throw thrown
  }
}

/** The path was given by a person: a file in its way, or a folder that may not be written, is no defect of ours. */
function notAFolder(out: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (!['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(code)) return cause
  const what = code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file in its way' : 'it may not be written'
  return new Fault('E_USAGE', `${out} can't be made a folder of sets: ${what} (${code})`, {
    hint: 'give another folder with --out',
    cause,
  })
}

/** A set in another would be a file that its manifest does not know. */
async function refuseInsideSet(out: string): Promise<void> {
  const isSet = await lstat(join(out, manifestName)).then(
    () => true,
    () => false,
  )
  if (!isSet) return
  throw new Fault('E_USAGE', `${out} is a backup set itself`, { hint: 'give the folder that holds the sets' })
}

const spareBytes = 16 * 1024 ** 2

/**
 * Compressed, a dump is seldom more than half of its tables, with the plain files beside it seldom more than three times.
 * A protected set lies there twice for a while.
 */
async function requireSpace(folder: string, { tableBytes }: SourceSurvey, copies: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= (copies * tableBytes) / 2 + spareBytes) return
  throw new Fault(
    'E_DISK_FULL',
    `${folder} has ${formatBytes(free)} free, and the tables take ${formatBytes(tableBytes)}: a dump of them may not fit`,
    { hint: 'free some space, or give another folder' },
  )
}
