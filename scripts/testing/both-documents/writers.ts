import { setTimeout as sleep } from 'node:timers/promises'
import type { DisposableServer } from '../../../harness/engine/index.ts'
import type { Session } from '../../../harness/postgres/index.ts'

/** Between two statements of a writer: enough that no backup finds the database at rest. */
const pauseMs = 25

/** Sessions that write until they are stopped, a session each. What one of them can't write is thrown at the end. */
export class Writers implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #sessions: readonly Session[]
  readonly #working: Promise<void>[]
  written = 0

  private constructor(sessions: readonly Session[], statements: readonly (readonly string[])[]) {
    this.#sessions = sessions
    this.#working = sessions.map(async (session, index) => this.#work(session, statements[index] ?? []))
  }

  static async start(
    server: DisposableServer,
    database: string,
    statements: readonly (readonly string[])[],
  ): Promise<Writers> {
    return new Writers(await Promise.all(statements.map(async () => server.connect(database))), statements)
  }

  async #work(session: Session, statements: readonly string[]): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      for (const statement of statements) {
        await session.query(statement)
        this.written += 1
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    const ended = await Promise.allSettled(this.#working)
    for (const session of this.#sessions) await session[Symbol.asyncDispose]()
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }
}
