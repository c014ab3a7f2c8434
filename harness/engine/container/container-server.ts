import { Fault, scrub, scrubLine } from '../../core/index.ts'
import { cloneDatabase, connect, type ServerAddress, type Session } from '../../postgres/index.ts'
import { createDatabase, type DatabaseShape } from '../create-database.ts'
import { identifyProcess } from '../process-identity.ts'
import type { RunFolder } from '../run-folder.ts'
import type { DisposableServer, Isolation } from '../types.ts'
import { keptPrefix } from './labels.ts'
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
}

/** A server in a container, running. */
export class ContainerServer implements DisposableServer {
  readonly kind = 'container'
  readonly major: number
  readonly version: string
  readonly address: ServerAddress
  readonly isolation: Isolation
  readonly origin: string
  readonly startMs: number
  readonly #container: RunningContainer
  #state: 'running' | 'kept' | 'disposed' = 'running'

  constructor(
    container: RunningContainer,
    seen: Pick<DisposableServer, 'major' | 'version' | 'isolation' | 'origin' | 'startMs'>,
  ) {
    this.#container = container
    this.address = container.address
    this.major = seen.major
    this.version = seen.version
    this.isolation = seen.isolation
    this.origin = seen.origin
    this.startMs = seen.startMs
  }

  async connect(database: string, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    try {
      return await connect(this.address, database, options)
    } catch (error) {
      if (await isRunning(this.#container)) throw error
      throw new Fault('E_ENGINE_CRASHED', 'the container of the disposable server has ended', {
        hint: `see the end of its log: ${scrubLine(await this.logTail(3))}`,
        cause: error,
      })
    }
  }

  async createDatabase(name: string, options: DatabaseShape = {}): Promise<void> {
    await using session = await this.connect('template1')
    await createDatabase(session, this.major, name, options)
  }

  async cloneDatabase(from: string, to: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await using session = await this.connect('template1', options)
    await cloneDatabase(session, from, to)
  }

  async keep(database = 'postgres'): Promise<{ readonly connect: string; readonly stop: string }> {
    const { docker, id, run, watchdog, address, place } = this.#container
    const name = `${keptPrefix}${run}`
    if (this.#state === 'running') {
      await docker.getContainer(id).rename({ name })
      const { State } = await docker.getContainer(id).inspect()
      await place?.lease({ server: await identifyProcess(State.Pid), kept: true })
      watchdog?.over()
      this.#state = 'kept'
    }
    return {
      connect: `docker exec -it ${name} psql -U ${quoteShell(address.user)} -d ${quoteShell(database)}`,
      stop: `docker rm -fv ${name}`,
    }
  }

  async logTail(lines: number): Promise<string> {
    return readTail(this.#container, lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'disposed'
    await discard(this.#container)
  }
}

/** Removes the container with all it holds, then ends its watchdog: in this order, one of the two always cares. */
export async function discard(container: Omit<RunningContainer, 'address' | 'run'>): Promise<void> {
  await removeContainer(container.docker, container.id)
  container.watchdog?.over()
  await container.place?.[Symbol.asyncDispose]()
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

function quoteShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
