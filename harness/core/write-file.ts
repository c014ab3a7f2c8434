import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from './fault.ts'

/**
 * Writes a whole file or nothing: temp name beside it, fsync, rename, fsync of the folder. Mode 0600 unless said. What is
 * too long for one string comes piece by piece.
 */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  mode = 0o600,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await forceToDisk(dirname(path))
  } catch (cause) {
    await rm(temporary, { force: true })
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Fault('E_EVIDENCE_WRITE', `cannot write ${path}${reason}`, {
      hint: 'check the folder, its space and its permissions',
      cause,
    })
  }
}

/** Forces a file or a folder to the disk: of a folder, the names in it. */
export async function forceToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
