import { quoteIdentifier } from '../../harness/core/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { findClientTools, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { startServer } from '../../harness/restore/testing/twins.ts'
import { routesOf, type Route } from './routes.ts'

/**
 * What stays from one dump or pair to the next: a server of each major, and what was found to be at hand. Databases have
 * names of their own there; roles that an earlier dump needed are still there, by name only.
 */
export class Bench implements AsyncDisposable {
  readonly #started = new AsyncDisposableStack()
  readonly #servers = new Map<number, DisposableServer>()
  readonly #tools = new Map<number, ClientTools | null>()
  #databases = 0
  readonly #routes = new Map<number, readonly Route[]>()

  /** That no database here has had. */
  newName(purpose: string): string {
    this.#databases += 1
    return `${purpose}_${this.#databases}`
  }

  /** For the use of one caller at a time. */
  async server(major: number, plainBytes = 0): Promise<DisposableServer> {
    const server = this.#servers.get(major) ?? this.#started.use(await startServer(major, plainBytes))
    this.#servers.set(major, server)
    return server
  }

  async tools(major: number): Promise<ClientTools | null> {
    const tools = this.#tools.get(major) ?? (await findClientTools(major))
    this.#tools.set(major, tools)
    return tools
  }

  async routes(major: number): Promise<readonly Route[]> {
    const routes = this.#routes.get(major) ?? (await routesOf(major))
    this.#routes.set(major, routes)
    return routes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync()
  }
}

/** Its room is needed again. */
export async function dropDatabase(server: DisposableServer, name: string): Promise<void> {
  await using session = await server.connect('postgres')
  await session.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`)
}
