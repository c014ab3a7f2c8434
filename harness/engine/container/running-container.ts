import { scrub } from '../../core/index.ts'
import type { ServerAddress } from '../../postgres/index.ts'
import type { RunFolder } from '../run-folder.ts'
import { isDaemonGone } from './daemon-fault.ts'
import { readContainerLog } from './read-container-log.ts'
import type { Docker } from './runtime.ts'
import { removeContainer } from './sweep-containers.ts'
import type { Watchdog } from './watchdog.ts'

export interface RunningContainer {
  readonly docker: Docker
  readonly id: string
  readonly run: string
  readonly watchdog: Watchdog | null
  /** Of its socket; null when it listens on a port. */
  readonly place: RunFolder | null
  readonly address: ServerAddress
  /** Unix seconds: events before it are of no interest. */
  readonly startedAt: number
  /** Size of its data folder in memory; null where that is on disk. */
  readonly dataBytes: number | null
  /** Writes a file inside as root, whatever its image's rights say; not where the root file system is read-only. */
  readonly write: (path: string, text: string) => Promise<void>
}

/**
 * Removes the container with all it holds, then ends its watchdog: in this order, one of the two always cares. Where
 * the daemon is gone, the watchdog tries again when we end, and the next start after that.
 */
export async function discard(
  container: Pick<RunningContainer, 'docker' | 'id' | 'watchdog' | 'place'>,
): Promise<void> {
  try {
    await removeContainer(container.docker, container.id)
    container.watchdog?.over()
  } catch (thrown) {
    if (!isDaemonGone(thrown)) throw thrown
  } finally {
    await container.place?.[Symbol.asyncDispose]()
  }
}

export async function readTail(container: Pick<RunningContainer, 'docker' | 'id'>, lines: number): Promise<string> {
  const log = await readContainerLog(container.docker.getContainer(container.id), {
    stdout: true,
    stderr: true,
    tail: lines,
  })
  return scrub(log).trimEnd().split('\n').slice(-lines).join('\n')
}

export async function isRunning(container: Pick<RunningContainer, 'docker' | 'id'>): Promise<boolean> {
  try {
    return (await container.docker.getContainer(container.id).inspect()).State.Running
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}
