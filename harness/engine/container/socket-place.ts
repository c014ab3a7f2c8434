import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { hostname } from 'node:os'
import { defaultCacheFolder, Fault } from '../../core/index.ts'
import { openCache } from '../cache.ts'
import { openRunFolder, type RunFolder } from '../run-folder.ts'
import type { Docker } from './runtime.ts'

/** Where the socket's folder appears inside the container. */
export const socketMount = '/rehearsal'

/** A folder of ours for the server's socket, so that the container needs no network at all; null: no room for one. */
export async function openSocketPlace(): Promise<RunFolder | null> {
  try {
    const folder = await openRunFolder(await openCache(defaultCacheFolder()), 0, { kind: 'own' })
    // Only we can come in; inside, the container's postgres user, whatever its uid is here, must make the socket.
    await chmod(folder.path, 0o700)
    await chmod(folder.socket, 0o777)
    return folder
  } catch (error) {
    // No place of ours on this machine: a published port does as well.
    if (error instanceof Fault) return null
    throw error
  }
}

/** False where a socket can't cross: the daemon runs elsewhere, in a virtual machine, or outside of a container around us. */
export async function isSameMachine(docker: Docker): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const { socketPath } = docker.modem as unknown as { readonly socketPath?: unknown }
  if (typeof socketPath !== 'string') return false
  const { Name, DockerRootDir } = (await docker.info()) as { readonly Name?: unknown; readonly DockerRootDir?: unknown }
  // A container that shares its host's name and network still sees other files: the daemon's own folder isn't there.
  return Name === hostname() && typeof DockerRootDir === 'string' && existsSync(DockerRootDir)
}
