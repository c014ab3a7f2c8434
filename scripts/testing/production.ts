import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { silentProgress } from '../../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../harness/engine/index.ts'
import type { Session } from '../../harness/postgres/index.ts'

/** A server that stands for production: it listens on a socket only, and logs every statement it is sent. */
export class Production implements AsyncDisposable {
  readonly session: Session
  readonly #server: DisposableServer

  private constructor(server: DisposableServer, session: Session) {
    this.#server = server
    this.session = session
  }

  static async start(): Promise<Production> {
    const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    const server = await embeddedEngine().start(need, options)
    await server.createDatabase('shop')
    const session = await server.connect('shop')
    return new Production(server, session)
  }

  /** As `env:…` holds it. The server asks for no password: whether ours stays ours is what is tested. */
  url(user: string, password: string): string {
    return `postgresql://${user}:${password}@localhost/shop?host=${this.#server.address.host}`
  }

  /** What one user has sent, in order, each as the server logged it. */
  async statements(): Promise<readonly string[]> {
    const log = await readFile(join(dirname(this.#server.address.host), 'server.log'), 'utf8')
    return [...log.matchAll(/LOG: {2}(?:statement|execute [^:]*): (.*(?:\n\t.*)*)/g)].map(([, text = '']) => text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
  }
}
