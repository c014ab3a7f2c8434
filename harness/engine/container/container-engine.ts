import { randomBytes } from 'node:crypto'
import { Fault, scrubLine } from '../../core/index.ts'
import { throwIfAborted } from '../abort.ts'
import { initdbLocale } from '../initdb-locale.ts'
import { settingArguments } from '../server-settings.ts'
import type { DisposableServer, Engine, EngineNeed, EngineOptions, Isolation } from '../types.ts'
import { containerLacks, defaultImage } from './container-lacks.ts'
import { ContainerServer, discard, isRunning, readTail, type RunningContainer } from './container-server.ts'
import { containerSettings } from './container-settings.ts'
import { pullImage, readImage, type ImageFacts } from './image-facts.ts'
import { ownedLabels, runLabel, runPrefix } from './labels.ts'
import type { PostgresContainer } from './postgres-container.ts'
import { requireRuntime, type Runtime } from './runtime.ts'
import { sweepDocker } from './sweep-containers.ts'
import { waitUntilAnswers } from './wait-until-answers.ts'

export interface ContainerOptions {
  /** `postgres:<major>` unless given; best by digest. */
  readonly image?: string
}

/** Init scripts of large images take a while; the plain image answers within seconds. */
const startDeadlineMs = 180_000
/** Above this the data lies on the daemon's disk, not in its memory. */
const tmpfsFraction = 0.4
const mebibyte = 1024 * 1024

/** Postgres in a container, for what the embedded binaries lack: other majors, other extensions. */
export function containerEngine(options: ContainerOptions = {}): Engine {
  const imageFor = (need: EngineNeed): string => options.image ?? defaultImage(need.major)
  return {
    kind: 'container',
    lacks: async (need) => containerLacks(need, imageFor(need)),
    start: async (need, engineOptions) => start(imageFor(need), need, engineOptions),
  }
}

async function start(name: string, need: EngineNeed, options: EngineOptions): Promise<DisposableServer> {
  const started = performance.now()
  throwIfAborted(options.signal)
  const runtime = await requireRuntime()
  const docker = runtime.container.dockerode
  await sweepDocker(docker)
  options.progress.advance(0, `image ${scrubLine(name)}`)
  await pullImage(runtime, name)
  throwIfAborted(options.signal)
  const image = await readImage(docker, name)
  const container = await run(runtime, image, need)
  try {
    const answer = await firstAnswer(container, options.signal)
    if (need.major !== null && answer.major !== need.major) {
      throw new Fault(
        'E_ENGINE_VERSION',
        `the image ${scrubLine(name)} holds PostgreSQL ${answer.major}, not ${need.major}`,
        {
          hint: `name an image of PostgreSQL ${need.major}`,
        },
      )
    }
    return new ContainerServer(container, {
      ...answer,
      isolation: await observe(container),
      origin: image.origin,
      startMs: Math.round(performance.now() - started),
    })
  } catch (error) {
    await discard(container)
    throw error
  }
}

async function run(runtime: Runtime, image: ImageFacts, need: EngineNeed): Promise<RunningContainer> {
  const { PostgresContainer } = await import('./postgres-container.ts')
  const docker = runtime.container.dockerode
  const { host, memory } = runtime.info.containerRuntime
  const isHere = host === 'localhost' || host === '127.0.0.1'
  const id = randomBytes(5).toString('hex')
  // In memory only, and in the container's own description: its port is open to nobody else on the network.
  const password = randomBytes(24).toString('base64url')
  const container = new PostgresContainer(image.name, runtime, isHere ? '127.0.0.1' : '')
    .withName(`${runPrefix}${id}`)
    .withLabels(await ownedLabels(id))
    .withEnvironment({ POSTGRES_USER: need.superuser, POSTGRES_PASSWORD: password, POSTGRES_DB: 'postgres' })
    .withEnvironment(
      isPlainPostgres(image) ? { POSTGRES_INITDB_ARGS: initdbLocale(majorOf(image, need)).join(' ') } : {},
    )
    .withSharedMemorySize(1024 * mebibyte)
    .withCommand(commandFor(image, need))
  const tmpfsBytes = 3 * need.plainBytes + 1024 * mebibyte
  if (tmpfsBytes < tmpfsFraction * memory) container.withTmpFs({ [image.dataFolder]: `rw,size=${tmpfsBytes}` })
  try {
    const running = await container.start()
    const address = {
      host: isHere ? '127.0.0.1' : host,
      port: running.getMappedPort(5432),
      user: need.superuser,
      password,
    }
    return { docker, id: running.getId(), run: id, watchdog: container.watchdog, address }
  } catch (cause) {
    await removeFailed(runtime, id, container)
    throw new Fault('E_ENGINE_START', `the container did not start: ${scrubLine(messageOf(cause))}`, {
      hint: 'see what the daemon said; `rehearse doctor` checks this machine',
      cause,
    })
  }
}

function commandFor(image: ImageFacts, need: EngineNeed): string[] {
  const settings = containerSettings({
    major: majorOf(image, need),
    plainBytes: need.plainBytes,
    isPlainPostgres: isPlainPostgres(image),
  })
  return [...image.command, ...settingArguments(settings)]
}

/** The official image and those built on it: nothing but `postgres` is run, and its settings are all ours. */
function isPlainPostgres(image: ImageFacts): boolean {
  return image.command.join(' ') === 'postgres'
}

function majorOf(image: ImageFacts, need: EngineNeed): number {
  return image.major ?? need.major ?? 17
}

/** A container that was created but could not be started is known to us by its label only. */
async function removeFailed(runtime: Runtime, run: string, container: PostgresContainer): Promise<void> {
  const docker = runtime.container.dockerode
  for (const { Id } of await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${run}`] } })) {
    await discard({ docker, id: Id, watchdog: container.watchdog })
  }
}

async function firstAnswer(container: RunningContainer, signal: AbortSignal) {
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

/** What the daemon says of the running container, not what was asked for. */
async function observe({ docker, id, watchdog }: RunningContainer): Promise<Isolation> {
  const { NetworkSettings, HostConfig } = await docker.getContainer(id).inspect()
  const published = NetworkSettings.Ports['5432/tcp'] ?? []
  const isLoopback = published.length > 0 && published.every(({ HostIp }) => HostIp === '127.0.0.1' || HostIp === '::1')
  return {
    network: isLoopback ? 'loopback' : 'host',
    ownUser: true,
    diesWithParent: watchdog !== null,
    notes: [
      isLoopback ? 'published on 127.0.0.1 only' : 'published on every address of the container host',
      `on the container network ${HostConfig.NetworkMode}: code in the dump could reach other hosts from it`,
      'a watchdog process removes the container when the harness is killed',
      HostConfig.Tmpfs && Object.keys(HostConfig.Tmpfs).length > 0
        ? 'data in memory (tmpfs)'
        : 'data on the disk of the container host',
    ],
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
