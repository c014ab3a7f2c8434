import { randomBytes } from 'node:crypto'
import { scrubLine } from '../../core/index.ts'
import { askingDaemon } from './daemon-fault.ts'
import { pullImage } from './image-facts.ts'
import { ownedLabels, runPrefix } from './labels.ts'
import { readContainerLog } from './read-container-log.ts'
import { probeRuntime, requireRuntime } from './runtime.ts'
import { discard } from './running-container.ts'
import { isSameMachine } from './socket-place.ts'
import { sweepContainers } from './sweep-containers.ts'
import { startWatchdog } from './watchdog.ts'

/** One program of an image, run to its end and removed. */
export interface ContainedProgram {
  readonly image: string
  /** By its path inside, or by a name that the image's PATH leads to. */
  readonly program: string
  readonly args: readonly string[]
  /** Whoever rules the daemon can read it: nothing secret. */
  readonly environment: Readonly<Record<string, string>>
  /** Folders and files of this machine, at the same paths inside. */
  readonly mounts: readonly { readonly path: string; readonly writable: boolean }[]
  /** It reaches what this machine reaches; otherwise it has no network. */
  readonly network: boolean
  readonly signal: AbortSignal
}

export interface ContainedEnd {
  readonly code: number
  readonly stdout: string
  /** The last lines. */
  readonly stderr: string
}

const tailLines = 40
/** Of a program that goes through rows one after the other: far more than pg_dump was ever seen to need. */
const memoryBytes = 2 * 1024 ** 3

/** Why no program can be run in a container that works on files of ours; null when it can. */
export async function containedProgramObstacle(): Promise<string | null> {
  const probe = await probeRuntime()
  if (probe.kind === 'unavailable') return probe.why
  const isHere = await isSameMachine(probe.runtime.container.dockerode)
  return isHere ? null : 'the container daemon sees other files than we do'
}

/**
 * Runs a program in a container: as our own user, without rights, its root read-only. It is watched and labelled as our
 * servers are: killed, we leave none behind, and what a lost daemon keeps the next start removes. Throws
 * `E_ENGINE_UNAVAILABLE`; how the program ended is the caller's to judge.
 */
export async function runContainedProgram(asked: ContainedProgram): Promise<ContainedEnd> {
  const { signal } = asked
  signal.throwIfAborted()
  const runtime = await requireRuntime()
  await sweepContainers()
  await pullImage(runtime, asked.image)
  const docker = runtime.container.dockerode
  const run = randomBytes(5).toString('hex')
  const labels = await ownedLabels(run)
  const container = await askingDaemon(async () =>
    docker.createContainer({
      name: `${runPrefix}${run}`,
      Image: asked.image,
      Entrypoint: [asked.program],
      Cmd: [...asked.args],
      User: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      Env: Object.entries(asked.environment).map(([name, value]) => `${name}=${value}`),
      Labels: labels,
      HostConfig: {
        Binds: asked.mounts.map(({ path, writable }) => `${path}:${path}:${writable ? 'rw' : 'ro'}`),
        NetworkMode: asked.network ? 'host' : 'none',
        CapDrop: ['ALL'],
        // Root may read its own and others' files outside; without this not even a socket's folder of another user inside.
        ...(process.getuid?.() === 0 ? { CapAdd: ['DAC_OVERRIDE'] } : {}),
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': 'rw,size=64m' },
        Memory: memoryBytes,
        PidsLimit: 100,
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      },
    }),
  )
  const watchdog = startWatchdog(docker, container.id)
  const remove = async (): Promise<void> => discard({ docker, id: container.id, watchdog, place: null })
  let removing: Promise<void> | null = null
  const end = (): void => void (removing ??= remove().catch(() => undefined))
  signal.addEventListener('abort', end, { once: true })
  try {
    const { StatusCode } = await askingDaemon(async () => {
      await container.start()
      return (await container.wait()) as { readonly StatusCode: number }
    })
    signal.throwIfAborted()
    const stdout = await readContainerLog(container, { stdout: true, stderr: false, tail: tailLines })
    const stderr = await readContainerLog(container, { stdout: false, stderr: true, tail: tailLines })
    return { code: StatusCode, stdout: scrubLine(stdout.trim(), 1_000), stderr }
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown
  } finally {
    signal.removeEventListener('abort', end)
    await (removing ??= remove())
  }
}
