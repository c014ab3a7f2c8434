import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { lockFolder } from '../../harness/backup/index.ts'
import { Fault } from '../../harness/core/index.ts'
import { processWatch } from '../../harness/run/index.ts'

/**
 * The folder of a download, made where it is missing, and no other download's until it is disposed of: two at once would
 * write over each other's files. One that is left empty goes. Throws `E_BACKUP_BUSY`, `E_USAGE`.
 */
export async function takeFolder(folder: string): Promise<AsyncDisposable> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw notAFolder(folder, cause)
  })
  const locked = await lockFolder(folder, processWatch).catch((cause: unknown) => {
    throw notAFolder(folder, cause)
  })
  return {
    async [Symbol.asyncDispose]() {
      await locked[Symbol.asyncDispose]()
      if (made !== undefined && (await readdir(folder)).length === 0) await rmdir(folder)
    },
  }
}

/** The path was given by a person: what is wrong with it is no defect of ours. */
function notAFolder(folder: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (!['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(code)) return cause
  const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file in its way' : 'it may not be written'
  return new Fault('E_USAGE', `nothing can be downloaded into ${folder}: ${why} (${code})`, {
    hint: 'name another folder',
    cause,
  })
}
