import { defaultCacheFolder, Fault, scrubLine } from '../../core/index.ts'
import { throwIfAborted } from '../abort.ts'
import type { RunFolder } from '../run-folder.ts'
import type { DisposableServer, Engine, EngineNeed, EngineOptions } from '../types.ts'
import { containerLacks, defaultImage } from './container-lacks.ts'
import { ContainerServer, discard, isRunning, readTail, type RunningContainer } from './container-server.ts'
import { pullImage, readImage, type ImageFacts } from './image-facts.ts'
import { observeIsolation } from './observe-isolation.ts'
import { runContainer } from './run-container.ts'
import { requireRuntime, type Runtime } from './runtime.ts'
import { openSocketPlace } from './socket-place.ts'
import { sweepRuns } from '../sweep-runs.ts'
import { sweepDocker } from './sweep-containers.ts'
import { waitUntilAnswers, type FirstAnswer } from './wait-until-answers.ts'

export interface ContainerOptions {
  /** `postgres:<major>` unless given; best by digest. */
  readonly image?: string
  /** `port`: published on 127.0.0.1, also where a socket would spare the container its network. */
  readonly listen?: 'port'
}

/** Init scripts of large images take a while; the plain image answers within seconds. */
const startDeadlineMs = 180_000

/** Postgres in a container, for what the embedded binaries lack: other majors, other extensions. */
export function containerEngine(options: ContainerOptions = {}): Engine {
  const imageFor = (need: EngineNeed): string => options.image ?? defaultImage(need.major)
  return {
    kind: 'container',
    lacks: async (need) => containerLacks(need, imageFor(need)),
    start: async (need, engineOptions) => start(imageFor(need), need, { ...engineOptions, listen: options.listen }),
  }
}

async function start(
  name: string,
  need: EngineNeed,
  options: EngineOptions & { readonly listen: 'port' | undefined },
): Promise<DisposableServer> {
  const started = performance.now()
  const { signal, progress } = options
  throwIfAborted(signal)
  const runtime = await requireRuntime()
  const docker = runtime.container.dockerode
  await sweepDocker(docker)
  await sweepRuns(defaultCacheFolder())
  progress.advance(0, `image ${scrubLine(name)}`)
  await pullImage(runtime, name)
  throwIfAborted(signal)
  const image = await readImage(docker, name)
  const place = options.listen === 'port' ? null : await openSocketPlace(docker)
  const { container, answer } = await startSomehow(runtime, image, need, place, signal)
  return new ContainerServer(container, {
    ...answer,
    isolation: await observeIsolation(container),
    origin: image.origin,
    startMs: Math.round(performance.now() - started),
  })
}

interface Answering {
  readonly container: RunningContainer
  readonly answer: FirstAnswer
}

/** On a socket where that can work; where it then doesn't (a security policy forbids the mount), on a port. */
async function startSomehow(
  runtime: Runtime,
  image: ImageFacts,
  need: EngineNeed,
  place: RunFolder | null,
  signal: AbortSignal,
): Promise<Answering> {
  if (place === null) return startOne(runtime, image, need, null, signal)
  try {
    return await startOne(runtime, image, need, place, signal)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'E_ENGINE_START') throw error
    return startOne(runtime, image, need, null, signal)
  }
}

async function startOne(
  runtime: Runtime,
  image: ImageFacts,
  need: EngineNeed,
  place: RunFolder | null,
  signal: AbortSignal,
): Promise<Answering> {
  const container = await runContainer(runtime, image, need, place)
  try {
    const answer = await firstAnswer(container, signal)
    if (need.major === null || answer.major === need.major) return { container, answer }
    const holds = `the image ${scrubLine(image.name)} holds PostgreSQL ${answer.major}`
    throw new Fault('E_ENGINE_VERSION', `${holds}, not ${need.major}`, {
      hint: `name an image of PostgreSQL ${need.major}`,
    })
  } catch (error) {
    await discard(container)
    throw error
  }
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
  const isFull = /No space left on device/.test(tail)
  return new Fault(isFull ? 'E_DISK_FULL' : 'E_ENGINE_START', `the disposable server did not start: ${what}\n${tail}`, {
    hint: isFull ? 'free some space and run again' : 'see what the server said',
  })
}
