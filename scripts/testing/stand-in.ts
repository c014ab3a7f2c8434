import { Secret, silentProgress, systemClock } from '../../harness/core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../harness/engine/index.ts'
import type { Session } from '../../harness/postgres/index.ts'
import type { BackupProgress, BackupRequest } from '../../harness/backup/index.ts'

/** A server that stands for production, with one database. */
export class StandIn implements AsyncDisposable {
  readonly #server: DisposableServer
  readonly session: Session
  readonly #sessions: Session[] = []

  private constructor(server: DisposableServer, session: Session) {
    this.#server = server
    this.session = session
  }

  static async start(schema: string, major = 17, superuser = 'postgres'): Promise<StandIn> {
    const need = { major, extensions: [], plainBytes: 1_000_000, superuser }
    const options = { signal: new AbortController().signal, progress: silentProgress }
    const server = await embeddedEngine().start(need, options)
    await server.createDatabase('shop')
    const session = await server.connect('shop')
    await session.query(schema)
    return new StandIn(server, session)
  }

  /** The server asks for no password: whether ours stays ours is what is tested. */
  url(user = 'postgres', password = 'c4nary-passw0rd'): string {
    return `postgresql://${user}:${password}@localhost/shop?host=${this.#server.address.host}`
  }

  async connect(): Promise<Session> {
    const session = await this.#server.connect('shop')
    this.#sessions.push(session)
    return session
  }

  /** A request as the command makes it. */
  request(out: string, more: Partial<BackupRequest> = {}): BackupRequest {
    return {
      source: new Secret(this.url(), 'env:SHOP'),
      out,
      format: 'custom',
      compress: null,
      jobs: 2,
      artefacts: 'none',
      critical: [],
      details: {},
      environment: { REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'], PATH: process.env['PATH'] },
      clock: systemClock,
      progress: silent,
      signal: new AbortController().signal,
      ...more,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of [this.session, ...this.#sessions]) await session[Symbol.asyncDispose]()
    await this.#server[Symbol.asyncDispose]()
  }
}

const silent: BackupProgress = { begin() {}, advance() {}, end() {} }
