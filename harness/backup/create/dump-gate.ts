import { once } from 'node:events'
import { open, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { ConnectionFiles } from './connection-files.ts'
import { GatedConnection } from './gated-connection.ts'
import { sayToAll, type Beside } from './beside.ts'
import { SpokenWire } from './spoken-wire.ts'
import type { SourceWire } from './types.ts'

/** What pg_dump is told in place of a snapshot that is not taken yet. */
export const snapshotToCome = 'rehearse'
const socketName = '.s.PGSQL.1'

interface GateCall {
  /** Only we may enter it. */
  readonly folder: string
  readonly session: { readonly role: string; readonly database: string }
  readonly openWire: () => Promise<SourceWire>
  /** Connections that pg_dump opens beside its first. */
  readonly workers: number
}

/**
 * The way of pg_dump to the source: a socket of this machine in a folder that is closed to others. It connects through
 * sessions of ours, without a password, and its first waits for its snapshot. So its tables can be locked in its own
 * transaction at the moment at which ours are, and nobody who asks for one to himself comes between. Those of its workers
 * are opened and locked with the first: they ask for each table again, and end pg_dump where somebody waits for it.
 * Linux only: elsewhere no name of a socket is short enough for every folder.
 */
export class DumpGate implements AsyncDisposable {
  readonly connection: ConnectionFiles
  readonly #listener: Server
  readonly #call: GateCall
  readonly #sockets = new Set<Socket>()
  readonly #wires = new Set<SourceWire>()
  readonly #prepared: SpokenWire[] = []
  readonly #first = Promise.withResolvers<Beside>()
  readonly #snapshot = Promise.withResolvers<string>()
  readonly #dispose: () => Promise<void>

  private constructor(call: GateCall, listener: Server, connection: ConnectionFiles, dispose: () => Promise<void>) {
    this.#call = call
    this.#listener = listener
    this.connection = connection
    this.#dispose = dispose
    this.#first.promise.catch(() => {})
  }

  static async open(call: GateCall): Promise<DumpGate> {
    const { folder, session } = call
    // A socket's name may have 107 bytes; of the folder's there may be more.
    const entered = await open(folder)
    const short = (process: string): string => `/proc/${process}/fd/${entered.fd}`
    try {
      const listener = createServer({ allowHalfOpen: true })
      listener.listen(join(short('self'), socketName))
      await once(listener, 'listening')
      const connection = await writeService(folder, short(String(process.pid)), session)
      const gate = new DumpGate(call, listener, connection, () => entered.close())
      listener.on('connection', (client) => void gate.#enter(client))
      return gate
    } catch (thrown) {
      await entered.close()
      throw thrown
    }
  }

  /** pg_dump's own sessions, in their transactions, before they read; never, where it ends before. */
  get waiting(): Promise<Beside> {
    return this.#first.promise
  }

  release(snapshot: string): void {
    this.#snapshot.resolve(snapshot)
  }

  async #enter(client: Socket): Promise<void> {
    this.#sockets.add(client)
    client.once('close', () => this.#sockets.delete(client))
    client.on('error', () => client.destroy())
    client.pause()
    try {
      const prepared = this.#prepared.shift()
      if (prepared) new GatedConnection(client, prepared, { isPrepared: true }).serve()
      else await this.#lead(client)
    } catch (thrown) {
      // pg_dump knows only that its connection was closed.
      this.#first.reject(thrown)
      client.destroy()
    }
  }

  async #lead(client: Socket): Promise<void> {
    const leader = await this.#open()
    const connection = new GatedConnection(client, leader, { isPrepared: false })
    connection.serve()
    await connection.atGate
    const workers = await Promise.all(Array.from({ length: this.#call.workers }, () => this.#prepare(connection.said)))
    this.#first.resolve({ say: (statement) => sayToAll([leader, ...workers], statement) })
    const snapshot = await this.#snapshot.promise
    for (const worker of workers) await worker.say(`SET TRANSACTION SNAPSHOT '${snapshot}'`)
    this.#prepared.push(...workers)
    connection.release(snapshot)
  }

  /** As the first has begun, so does it. */
  async #prepare(said: readonly string[]): Promise<SpokenWire> {
    const wire = await this.#open()
    for (const statement of said) await wire.say(statement)
    return wire
  }

  async #open(): Promise<SpokenWire> {
    const wire = await this.#call.openWire()
    this.#wires.add(wire)
    return new SpokenWire(wire)
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
