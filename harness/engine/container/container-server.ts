import { Fault } from '../../core/index.ts'
import { cloneDatabase, connect, type ServerAddress, type Session } from '../../postgres/index.ts'
import { createDatabase, type DatabaseShape } from '../create-database.ts'
import { identifyProcess } from '../process-identity.ts'
import type { RoomGuard } from '../embedded/guard-room.ts'
import type { DisposableServer, Isolation } from '../types.ts'
import { askingDaemon } from './daemon-fault.ts'
import { ExplainedSession } from './explained-session.ts'
import { explainLoss } from './explain-loss.ts'
import { keptPrefix } from './labels.ts'
import { discard, readTail, type RunningContainer } from './running-container.ts'

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
  readonly #guard: RoomGuard | null
  #state: 'running' | 'kept' | 'disposed' = 'running'

  constructor(
    container: RunningContainer,
    seen: Pick<DisposableServer, 'major' | 'version' | 'isolation' | 'origin' | 'startMs'>,
    guard: RoomGuard | null = null,
  ) {
    this.#container = container
    this.#guard = guard
    this.address = container.address
    this.major = seen.major
    this.version = seen.version
    this.isolation = seen.isolation
    this.origin = seen.origin
    this.startMs = seen.startMs
  }

  async connect(database: string, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    const explain = async (lost: Fault): Promise<Fault> => this.#explain(lost, options.signal)
    try {
      return new ExplainedSession(await connect(this.address, database, options), explain)
    } catch (error) {
      throw error instanceof Fault ? await explain(error) : error
    }
  }

  async #explain(lost: Fault, signal: AbortSignal | undefined): Promise<Fault> {
    if (signal?.aborted || this.#state === 'disposed') return lost
    if (this.#guard?.breach) {
      return new Fault('E_DISK_FULL', `the container was stopped: ${this.#guard.breach}`, {
        hint: 'give it more room; or the dump holds something that grows without end (a view, a default)',
        cause: lost,
      })
    }
    return explainLoss(this.#container, lost)
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
      this.#guard?.[Symbol.dispose]()
      const { State } = await askingDaemon(async () => {
        await docker.getContainer(id).rename({ name })
        return docker.getContainer(id).inspect()
      })
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
    return askingDaemon(async () => readTail(this.#container, lines))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'disposed'
    this.#guard?.[Symbol.dispose]()
    await discard(this.#container)
  }
}

function quoteShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
