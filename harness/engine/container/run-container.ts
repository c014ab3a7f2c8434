import { randomBytes } from 'node:crypto'
import { Fault, scrubLine } from '../../core/index.ts'
import { initdbLocale } from '../initdb-locale.ts'
import type { RunFolder } from '../run-folder.ts'
import { settingArguments } from '../server-settings.ts'
import type { EngineNeed } from '../types.ts'
import { containerSettings } from './container-settings.ts'
import { discard, type RunningContainer } from './running-container.ts'
import type { ContainerLimits } from './container-limits.ts'
import type { ImageFacts } from './image-facts.ts'
import { ownedLabels, runLabel, runPrefix } from './labels.ts'
import type { PostgresContainer } from './postgres-container.ts'
import type { Runtime } from './runtime.ts'
import { findPublishedAddress } from './published-address.ts'
import { socketMount } from './socket-place.ts'

/** How a container is to run. */
export interface ContainerShape {
  /** With a socket there, and without a network; null: on a port. */
  readonly place: RunFolder | null
  readonly limits: ContainerLimits
  /** Nothing is written but the data and what lies in memory. */
  readonly readOnlyRoot: boolean
}

/** Creates and starts a container; the server inside may still be on its way. */
export async function runContainer(
  runtime: Runtime,
  image: ImageFacts,
  need: EngineNeed,
  shape: ContainerShape,
): Promise<RunningContainer> {
  const { place, limits } = shape
  const docker = runtime.container.dockerode
  const run = place?.id ?? randomBytes(5).toString('hex')
  // In our memory and in the container's own description; who can read that rules the daemon anyway.
  const password = randomBytes(24).toString('base64url')
  const published = await findPublishedAddress(runtime)
  const container = await describe(runtime, image, need, { ...shape, run, password, bind: published.bind })
  const startedAt = Math.floor(Date.now() / 1_000)
  try {
    const running = await container.start()
    const where =
      place === null ? { host: published.host, port: running.getMappedPort(5432) } : { host: place.socket, port: 5432 }
    const address = {
      ...where,
      ...(image.major !== null && { major: image.major }),
      user: superuserOf(image, need),
      password,
    }
    const { watchdog } = container
    const write = async (target: string, content: string): Promise<void> =>
      running.copyContentToContainer([{ content, target, mode: 0o644 }])
    return { docker, id: running.getId(), run, watchdog, place, address, startedAt, dataBytes: limits.dataBytes, write }
  } catch (cause) {
    await removeFailed(runtime, run, container, place)
    throw new Fault('E_ENGINE_START', `the container did not start: ${scrubLine(messageOf(cause))}`, {
      hint: 'see what the daemon said; `rehearse doctor` checks this machine',
      cause,
    })
  }
}

async function describe(
  runtime: Runtime,
  image: ImageFacts,
  need: EngineNeed,
  asked: ContainerShape & { readonly run: string; readonly password: string; readonly bind: string },
): Promise<PostgresContainer> {
  const { PostgresContainer } = await import('./postgres-container.ts')
  const listening =
    asked.place === null
      ? ({ kind: 'port', address: asked.bind } as const)
      : ({ kind: 'socket', folder: asked.place.socket } as const)
  return new PostgresContainer(image.name, runtime, listening)
    .withLimits(asked.limits, { dataFolder: image.dataFolder, readOnlyRoot: asked.readOnlyRoot })
    .withName(`${runPrefix}${asked.run}`)
    .withLabels(await ownedLabels(asked.run))
    .withEnvironment(environmentFor(image, need, asked.password))
    .withCommand(commandFor(image, need, asked.place !== null))
}

function environmentFor(image: ImageFacts, need: EngineNeed, password: string): Record<string, string> {
  const locale = initdbLocale(majorOf(image, need)).join(' ')
  return {
    POSTGRES_USER: superuserOf(image, need),
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: 'postgres',
    ...(isPlainPostgres(image) ? { POSTGRES_INITDB_ARGS: locale } : {}),
  }
}

function commandFor(image: ImageFacts, need: EngineNeed, onSocket: boolean): string[] {
  const settings = containerSettings({
    major: majorOf(image, need),
    plainBytes: need.plainBytes,
    durable: need.durable,
    isPlainPostgres: isPlainPostgres(image),
  })
  const listening: Record<string, string> = onSocket
    ? {
        // The usual folder too: the image's own scripts look for the server there.
        unix_socket_directories: `${socketMount},/var/run/postgresql`,
        unix_socket_permissions: '0777',
        // Not empty: the server that runs the init scripts is known by listening nowhere.
        listen_addresses: '127.0.0.1',
      }
    : {}
  return [...image.command, ...settingArguments({ ...settings, ...listening })]
}

/** The image's own where it names one: its init scripts and its rules of who may log in count on that name. */
function superuserOf(image: ImageFacts, need: EngineNeed): string {
  return image.superuser ?? need.superuser
}

/** The official image and those built on it: nothing but `postgres` is run, and its settings are all ours. */
export function isPlainPostgres(image: ImageFacts): boolean {
  return image.command.join(' ') === 'postgres'
}

function majorOf(image: ImageFacts, need: EngineNeed): number {
  return image.major ?? need.major ?? 17
}

/** A container that was created but could not be started is known to us by its label only. */
async function removeFailed(
  runtime: Runtime,
  run: string,
  container: PostgresContainer,
  place: RunFolder | null,
): Promise<void> {
  const docker = runtime.container.dockerode
  const made = await docker.listContainers({ all: true, filters: { label: [`${runLabel}=${run}`] } })
  for (const { Id } of made) await discard({ docker, id: Id, watchdog: container.watchdog, place: null })
  await place?.[Symbol.asyncDispose]()
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
