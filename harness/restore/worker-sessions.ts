import type { Session } from '../postgres/index.ts'
import type { RestoreTarget } from './target.ts'

/** Sessions beside the dump's own, in the same database and with the same settings. */
export class WorkerSessions implements AsyncDisposable {
  readonly #target: RestoreTarget
  readonly #signal: AbortSignal
  readonly #sessions: Session[] = []
  #database = ''
  #settings = ''

  constructor(target: RestoreTarget, signal: AbortSignal) {
    this.#target = target
    this.#signal = signal
  }

  /** That many, opened where they are not yet. */
  async open(count: number, database: string, settings: readonly Uint8Array[]): Promise<readonly Session[]> {
    const wanted = Buffer.concat(settings).toString('latin1')
    // A setting that is left out later on (RESET ALL) would stay: better new sessions than old settings.
    if (database !== this.#database || wanted !== this.#settings) await this.close()
    this.#database = database
    this.#settings = wanted
    while (this.#sessions.length < count) {
      const session = await this.#target.connect(database, { signal: this.#signal })
      this.#sessions.push(session)
      // What the server refuses of them it has refused in the dump's own session, where it is written down.
      for (const setting of settings) await session.execute(setting)
    }
    return this.#sessions.slice(0, count)
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.splice(0).map(async (session) => session[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
