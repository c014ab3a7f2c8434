import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Secret } from '../core/index.ts'
import type { ServerAddress } from '../postgres/index.ts'
import { askPassword, fatalError, readOpening } from './startup-packet.ts'
import type { UrlForm } from './types.ts'

/** A client that does not say who it is by then is none. */
const openingMs = 30_000
/** In a socket's name. */
const socketPort = 5432

export interface GateOptions {
  readonly server: ServerAddress
  readonly form: UrlForm
  /** The clone, and the only database that the URL names. */
  readonly database: string
  /** Databases that nobody gets into by this way: the restored one must stay what it is. */
  readonly shut: ReadonlySet<string>
}

/**
 * The way in for the migration's clients, open while it runs: ordinary ones don't find a socket in a private folder, or
 * don't know sockets at all. Who comes in says a password that was made for this run; a server that has one of its own
 * asks for it itself. What passes is not looked at.
 */
export class Gate implements AsyncDisposable {
  /** Sessions that came in. */
  connections = 0
  readonly password: Secret
  readonly #options: GateOptions
  readonly #listener: Server
  readonly #folder: string | null
  readonly #sockets = new Set<Socket>()

  private constructor(options: GateOptions, listener: Server, folder: string | null) {
    this.#options = options
    this.#listener = listener
    this.#folder = folder
    this.password = new Secret(options.server.password ?? randomBytes(24).toString('hex'), 'made for this run')
    listener.on('connection', (client) => void this.#receive(client))
  }

  static async open(options: GateOptions): Promise<Gate> {
    const listener = createServer({ allowHalfOpen: true })
    if (options.form === 'tcp') {
      listener.listen(0, '127.0.0.1')
      await once(listener, 'listening')
      return new Gate(options, listener, null)
    }
    const folder = await mkdtemp(join(tmpdir(), 'rehearsal-gate-'))
    await chmod(folder, 0o700)
    listener.listen(join(folder, `.s.PGSQL.${socketPort}`))
    await once(listener, 'listening')
    return new Gate(options, listener, folder)
  }

  /**
   * `DATABASE_URL`, and the same for programs that take libpq's variables: without them `psql -f` would look for a
   * server of this machine.
   */
  variables(): Readonly<Record<string, string>> {
    const { server, database } = this.#options
    const password = this.password.reveal()
    const who = `${encodeURIComponent(server.user)}:${encodeURIComponent(password)}`
    const name = encodeURIComponent(database)
    const place = this.#folder === null ? `127.0.0.1:${this.#port}` : 'localhost'
    const query = this.#folder === null ? '' : `?host=${encodeURIComponent(this.#folder)}`
    return {
      DATABASE_URL: `postgresql://${who}@${place}/${name}${query}`,
      PGHOST: this.#folder ?? '127.0.0.1',
      PGPORT: String(this.#port),
      PGUSER: server.user,
      PGPASSWORD: password,
      PGDATABASE: database,
    }
  }

  get #port(): number {
    return this.#folder === null ? (this.#listener.address() as AddressInfo).port : socketPort
  }

  async #receive(client: Socket): Promise<void> {
    this.#watch(client)
    client.setTimeout(openingMs, () => client.destroy())
    try {
      const opening = await readOpening(client)
      if (opening === null) return void client.destroy()
      if (opening.kind === 'session') {
        const refusal = await this.#refusalOf(client, opening.database)
        if (refusal !== null) return void client.end(refusal)
        this.connections += 1
      }
      client.setTimeout(0)
      const server = this.#watch(createConnection(placeOf(this.#options.server)))
      server.write(opening.packet)
      void pass(client, server)
      void pass(server, client)
    } catch {
      // The client went while it was spoken to.
      client.destroy()
    }
  }

  async #refusalOf(client: Socket, database: string): Promise<Buffer | null> {
    const { server, shut } = this.#options
    if (server.password === undefined) {
      const said = await askPassword(client)
      if (said === null || !isSame(said, this.password.reveal())) {
        return fatalError('28P01', 'password authentication failed')
      }
    }
    return shut.has(database)
      ? fatalError('3D000', `database "${database}" is the restored copy: a migration gets the clone of it only`)
      : null
  }

  #watch(socket: Socket): Socket {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    // Heard by whoever reads or writes it.
    socket.on('error', () => {})
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true })
  }
}

function placeOf({ host, port }: ServerAddress): { path: string } | { host: string; port: number } {
  return host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port }
}

async function pass(from: Socket, to: Socket): Promise<void> {
  try {
    await pipeline(from, to)
  } catch {
    // Either side has gone: the other sees it by its end.
    from.destroy()
    to.destroy()
  }
}

function isSame(said: string, meant: string): boolean {
  const [a, b] = [Buffer.from(said), Buffer.from(meant)]
  return a.length === b.length && timingSafeEqual(a, b)
}
