import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { ConnectionFiles } from './connection-files.ts'
import { GatedConnection } from './gated-connection.ts'
import type { SourceWire } from './types.ts'

/** What pg_dump is told in place of a snapshot that is not taken yet. */
export const snapshotToCome = 'rehearse'
const socketName = '.s.PGSQL.1'

interface GateCall {
  /** Only we may enter it. */
  readonly folder: string
  readonly session: { readonly role: string; readonly database: string }
  readonly openWire: () => Promise<SourceWire>
}

/**
 * The way of pg_dump to the source: a socket of this machine in a folder that is closed to others. It connects through
 * sessions of ours, without a password, and its first waits for its snapshot. So its tables can be locked in its own
 * transaction at the moment at which ours are, and nobody who asks for one to himself comes between. Linux only: elsewhere
 * no name of a socket is short enough for every folder.
 */
export class DumpGate implements AsyncDisposable {
  readonly connection: ConnectionFiles
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  readonly #wires = new Set<SourceWire>()
  readonly #first = Promise.withResolvers<GatedConnection>()
  readonly #snapshot = Promise.withResolvers<string>()
  readonly #dispose: () => Promise<void>

  private constructor(listener: Server, connection: ConnectionFiles, dispose: () => Promise<void>) {
    this.#listener = listener
    this.connection = connection
    this.#dispose = dispose
    this.#first.promise.catch(() => {})
  }

  static async open({ folder, session, openWire }: GateCall): Promise<DumpGate> {
    // A socket's name may have 107 bytes; of the folder's there may be more.
    const entered = await open(folder)
    const short = (process: string): string => `/proc/${process}/fd/${entered.fd}`
    try {
      const listener = createServer({ allowHalfOpen: true })
      listener.listen(join(short('self'), socketName))
      await once(listener, 'listening')
      const connection = await writeService(folder, short(String(process.pid)), session)
      const gate = new DumpGate(listener, connection, () => entered.close())
      listener.on('connection', (client) => void gate.#join(client, openWire))
      return gate
    } catch (thrown) {
      await entered.close()
      throw thrown
    }
  }

  /** pg_dump's own session, in its transaction, before it reads; never, where it ends before. */
  get waiting(): Promise<GatedConnection> {
    return this.#first.promise
  }

  release(snapshot: string): void {
    this.#snapshot.resolve(snapshot)
  }

  async #join(client: Socket, openWire: GateCall['openWire']): Promise<void> {
    this.#sockets.add(client)
    client.once('close', () => this.#sockets.delete(client))
    client.on('error', () => client.destroy())
    try {
      client.pause()
      const wire = await openWire()
      this.#wires.add(wire)
      if (client.destroyed) return await wire[Symbol.asyncDispose]()
      const connection = new GatedConnection(client, wire)
      client.resume()
      await connection.atGate
      this.#first.resolve(connection)
      connection.release(await this.#snapshot.promise)
    } catch (thrown) {
      // pg_dump knows only that its connection was closed.
      this.#first.reject(thrown)
      client.destroy()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    for (const socket of this.#sockets) socket.destroy()
    for (const wire of this.#wires) await wire[Symbol.asyncDispose]()
    await closed
    await this.#dispose()
  }
}

async function writeService(folder: string, host: string, session: GateCall['session']): Promise<ConnectionFiles> {
  const service = join(folder, 'gate')
  const words = { host, port: '1', user: session.role, dbname: session.database, gssencmode: 'disable' }
  const lines = Object.entries(words).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(service, `[rehearse]\n${lines.join('')}`, { mode: 0o600, flag: 'wx' })
  return {
    connection: 'service=rehearse',
    // No password is asked for; without a file named, libpq looks for one at home.
    environment: { PGSERVICEFILE: service, PGPASSFILE: join(folder, 'none') },
    files: [],
    isLocal: true,
  }
}
