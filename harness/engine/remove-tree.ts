import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Removes a folder that a hostile database may have written into: a folder without permissions for its owner stops
 * a plain removal, so permissions are given back first. Symbolic links are removed, never followed.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw error
    await giveBackPermissions(path)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function giveBackPermissions(path: string): Promise<void> {
  const stat = await lstat(path)
  if (!stat.isDirectory()) return
  await chmod(path, 0o700)
  for (const name of await readdir(path)) await giveBackPermissions(join(path, name))
}
