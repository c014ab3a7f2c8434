import { defaultCacheFolder, Fault, scrubLine } from '../../core/index.ts'
import { throwIfAborted } from '../abort.ts'
import type { DisposableServer, Engine, EngineNeed, EngineOptions } from '../types.ts'
import { guardRoom, type RoomGuard } from '../embedded/guard-room.ts'
import { chooseImage } from './choose-image.ts'
import { containerLacks } from './container-lacks.ts'
import { ContainerServer } from './container-server.ts'
import { discard, isRunning, readTail, type RunningContainer } from './running-container.ts'
import { limitsFor, type ContainerLimits } from './container-limits.ts'
import { askingDaemon } from './daemon-fault.ts'
import { explainLoss } from './explain-loss.ts'
import { pullImage, readImage, type ImageFacts } from './image-facts.ts'
import { makeVanilla } from './make-vanilla.ts'
import { observeIsolation } from './observe-isolation.ts'
import { isPlainPostgres, runContainer } from './run-container.ts'
import { requireRuntime, type Runtime } from './runtime.ts'
import { isSameMachine, openSocketPlace, socketMount } from './socket-place.ts'
import { sweepRuns } from '../sweep-runs.ts'
import { sweepDocker } from './sweep-containers.ts'
import { waitUntilAnswers, type FirstAnswer } from './wait-until-answers.ts'

export interface ContainerOptions {
  /** `postgres:<major>` unless given; best by digest. */
  readonly image?: string
  /** `port`: published on 127.0.0.1, also where a socket would spare the container its network. */
  readonly listen?: 'port'
  /** Instead of what is reckoned from the daemon's memory and the dump's size. */
  readonly limits?: Partial<ContainerLimits>
  /** Free bytes on the daemon's disk, instead of looking there. */
  readonly roomLeft?: () => Promise<number>
}

/** Init scripts of large images take a while; the plain image answers within seconds. */
const startDeadlineMs = 180_000

/** Postgres in a container, for what the embedded binaries lack: other majors, other extensions. */
export function containerEngine(options: ContainerOptions = {}): Engine {
  const named = options.image ?? null
  return {
    kind: 'container',
    lacks: async (need) => askingDaemon(async () => containerLacks(need, named)),
    offers: async ({ major }) => `image ${named ?? (await chooseImage(await requireRuntime(), major))}`,
    start: async (need, engineOptions) =>
      askingDaemon(async () => start(named, need, { ...engineOptions, ...options })),
  }
}

type StartOptions = EngineOptions & ContainerOptions

async function start(named: string | null, need: EngineNeed, options: StartOptions): Promise<DisposableServer> {
  const started = performance.now()
  const { signal, progress } = options
  throwIfAborted(signal)
  const runtime = await requireRuntime()
  const docker = runtime.container.dockerode
  const name = named ?? (await chooseImage(runtime, need.major))
  await sweepDocker(docker)
  await sweepRuns(defaultCacheFolder())
  progress.advance(0, `image ${scrubLine(name)}`)
  await pullImage(runtime, name)
  throwIfAborted(signal)
  const image = await readImage(docker, name)
  const { memory: memoryBytes, cpus: cores } = runtime.info.containerRuntime
  const limits = { ...limitsFor({ memoryBytes, cores }, need.plainBytes), ...options.limits }
  const attempts = attemptsFor(image, limits, options.listen !== 'port' && (await isSameMachine(docker)))
  const { container, answer } = await firstThatStarts({ runtime, image, need, signal }, attempts)
  try {
    const isolation = await observeIsolation(container, image.dataFolder)
    const startMs = Math.round(performance.now() - started)
    const seen = { ...answer, isolation, origin: image.origin, startMs }
    return new ContainerServer(container, seen, await guardDisk(container, options.roomLeft))
  } catch (thrown) {
    await discard(container)
    throw thrown
  }
}

interface Start {
  readonly runtime: Runtime
  readonly image: ImageFacts
  readonly need: EngineNeed
  readonly signal: AbortSignal
}

interface Attempt {
  readonly limits: ContainerLimits
  readonly onSocket: boolean
  readonly readOnlyRoot: boolean
  /** What the server or the daemon says when it is this that the next attempt does without. */
  readonly worthAnother: RegExp | null
}

/**
 * As closed as the image and the machine allow: on a socket unless a security policy forbids the mount, with nothing to
 * be written but the data unless the image's entry point writes elsewhere.
 */
function attemptsFor(image: ImageFacts, limits: ContainerLimits, canSocket: boolean): readonly Attempt[] {
  const roots = isPlainPostgres(image) ? [true, false] : [false]
  const places = canSocket ? [true, false] : [false]
  const all = places.flatMap((onSocket) => roots.map((readOnlyRoot) => ({ limits, onSocket, readOnlyRoot })))
  return all.map((attempt) => {
    const reasons = [
      ...(attempt.readOnlyRoot ? ['[Rr]ead-only file ?system'] : []),
      ...(attempt.onSocket ? [socketMount, 'no answer within'] : []),
    ]
    return { ...attempt, worthAnother: reasons.length > 0 ? new RegExp(reasons.join('|')) : null }
  })
}

interface Answering {
  readonly container: RunningContainer
  readonly answer: FirstAnswer
}

async function firstThatStarts(what: Start, attempts: readonly Attempt[]): Promise<Answering> {
  const [attempt, ...others] = attempts
  if (attempt === undefined) throw new TypeError('no way to start a container was given')
  try {
    return await startOne(what, attempt)
  } catch (error) {
    const isOfThisWay = error instanceof Fault && error.code === 'E_ENGINE_START'
    if (!isOfThisWay || others.length === 0 || !attempt.worthAnother?.test(error.message)) throw error
    const isRootsFault = attempt.readOnlyRoot && /read-only file ?system/i.test(error.message)
    return firstThatStarts(what, isRootsFault ? others : others.filter(({ onSocket }) => !onSocket))
  }
}

async function startOne({ runtime, image, need, signal }: Start, attempt: Attempt): Promise<Answering> {
  const place = attempt.onSocket ? await openSocketPlace() : null
  const container = await runContainer(runtime, image, need, { ...attempt, place })
  try {
    const answer = await firstAnswer(container, signal)
    if (need.major === null || answer.major >= need.major) {
      if (isPlainPostgres(image)) return { container, answer }
      const { major } = answer
      const address = await makeVanilla({ ...container, major, superuser: need.superuser })
      return { container: { ...container, address }, answer }
    }
    const holds = `the image ${scrubLine(image.name)} holds PostgreSQL ${answer.major}`
    throw new Fault('E_ENGINE_VERSION', `${holds}, not ${need.major} or later`, {
      hint: `name an image of PostgreSQL ${need.major} or later`,
    })
  } catch (error) {
    await discard(container)
    throw error
  }
}

/** Data on the disk of this machine is watched, as the embedded engine's is: nothing else limits what a dump grows to. */
async function guardDisk(
  { docker, id, place, dataBytes }: RunningContainer,
  roomLeft?: () => Promise<number>,
): Promise<RoomGuard | null> {
  if (place === null || dataBytes !== null) return null
  const { DockerRootDir } = (await docker.info()) as { readonly DockerRootDir: string }
  return guardRoom({ path: DockerRootDir, storage: 'disk' }, async () => docker.getContainer(id).kill(), roomLeft)
}

async function firstAnswer(container: RunningContainer, signal: AbortSignal): Promise<FirstAnswer> {
  const answer = await waitUntilAnswers(container.address, {
    signal,
    deadlineMs: startDeadlineMs,
    stillThere: async () => {
      if (!(await isRunning(container))) throw await startFault(container, 'its container has ended')
    },
  })
  if (answer === null) throw await startFault(container, `no answer within ${startDeadlineMs / 1_000} s`)
  return answer
}

async function startFault(container: RunningContainer, what: string): Promise<Fault> {
  const tail = await readTail(container, 20)
  const fault = new Fault('E_ENGINE_START', `the disposable server did not start: ${what}\n${tail}`, {
    hint: 'see what the server said',
  })
  // Too little memory or room has a name of its own; that it ended is known already.
  const explained = await explainLoss(container, fault)
  return explained.code === 'E_DISK_FULL' || explained.facts['outOfMemory'] === true ? explained : fault
}
