import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ServerAddress } from '../../postgres/index.ts'
import { listenIn } from './listen-in.ts'
import type { Overheard } from './overheard.ts'

/** The port in the socket's name: one digit, for a path of a socket must be short. */
export const relayPort = 1

/**
 * The one thing that a client in its sandbox can reach: a socket in its folder, behind which is the disposable server,
 * wherever it listens. What passes is listened to: pg_restore says no SQLSTATE, and neither client says how many rows
 * went in. It ends with us, and so the client does.
 */
export class Relay implements AsyncDisposable {
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()

  private constructor(listener: Server) {
    this.#listener = listener
  }

  static async open(folder: string, address: ServerAddress, overheard: Overheard): Promise<Relay> {
    const listener = createServer({ allowHalfOpen: true })
    const relay = new Relay(listener)
    listener.on('connection', (client) => relay.#join(client, address, overheard))
    const path = join(folder, `.s.PGSQL.${relayPort}`)
    listener.listen(path)
    await once(listener, 'listening')
    // The folder is closed to everybody but the client.
    await chmod(path, 0o777)
    return relay
  }

  #join(client: Socket, { host, port }: ServerAddress, overheard: Overheard): void {
    const server = createConnection({
      ...(host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port }),
      allowHalfOpen: true,
    })
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    }
    listenIn(client, server, overheard)
    const pass = async (from: Socket, to: Socket): Promise<void> => {
      try {
        await pipeline(from, to)
      } catch {
        // Either side has gone: the client says so itself, or its end is seen.
        client.destroy()
        server.destroy()
      }
    }
    void pass(client, server)
    void pass(server, client)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
