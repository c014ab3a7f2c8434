import type { Socket } from 'node:net'
import type { SpokenWire } from './spoken-wire.ts'
import { Incoming, message } from './wire-messages.ts'

const wantsSnapshot = 'SET TRANSACTION SNAPSHOT '
/** Requests to speak TLS or GSSAPI; on a socket of this machine neither is wanted. */
const encryptions: ReadonlySet<number> = new Set([80_877_103, 80_877_104])
const authenticated = message('R', Buffer.alloc(4))
const idle = message('Z', Buffer.from('I'))
const inTransaction = message('Z', Buffer.from('T'))

/**
 * A client's connection, in front of one that is open already. What it says passes, up to the moment at which it asks for
 * its snapshot: then it waits, in a transaction that has read nothing, while others may speak in its place. Where that
 * transaction is there already, with its snapshot (`prepared`), the client is answered that it has what it asks for.
 */
export class GatedConnection {
  /** What it has said before it came to the gate. */
  readonly said: string[] = []
  readonly #client: Socket
  readonly #wire: SpokenWire
  readonly #isPrepared: boolean
  readonly #incoming = new Incoming()
  readonly #atGate = Promise.withResolvers<void>()
  #next: () => boolean = () => this.#start()

  constructor(client: Socket, wire: SpokenWire, options: { readonly isPrepared: boolean }) {
    this.#client = client
    this.#wire = wire
    this.#isPrepared = options.isPrepared
  }

  serve(): void {
    this.#wire.passTo(this.#client)
    this.#client.on('data', this.#hear)
    this.#client.resume()
  }

  /** When it waits for its snapshot; never, where it ends before, or has one. */
  get atGate(): Promise<void> {
    return this.#atGate.promise
  }

  /** Gives it the snapshot; from here on the two are joined. */
  release(snapshot: string): void {
    this.#wire.write(message('Q', `${wantsSnapshot}'${snapshot}'`))
    this.#join()
  }

  #join(): void {
    this.#client.off('data', this.#hear)
    const rest = this.#incoming.rest()
    if (rest.length > 0) this.#wire.write(rest)
    this.#wire.join(this.#client)
  }

  readonly #hear = (chunk: Buffer): void => {
    this.#incoming.push(chunk)
    while (this.#next()) continue
  }

  /** The client is told what the server said when the connection in its place was opened. */
  #start(): boolean {
    const said = this.#incoming.nextStart()
    if (said === null) return false
    if (encryptions.has(said.readUInt32BE(0))) {
      this.#client.write('N')
      return true
    }
    const settings = [...this.#wire.parameters].map(([name, value]) => message('S', name, value))
    this.#client.write(Buffer.concat([authenticated, ...settings, idle]))
    this.#next = () => this.#listen()
    return true
  }

  /** Whether there may be more to read. */
  #listen(): boolean {
    const said = this.#incoming.next()
    if (said === null) return false
    const statement = said.kind === 'Q' ? said.body.toString('utf8').replace(/\0$/, '') : ''
    if (this.#isPrepared && /^(?:BEGIN$|SET TRANSACTION )/.test(statement)) {
      this.#client.write(Buffer.concat([message('C', statement === 'BEGIN' ? 'BEGIN' : 'SET'), inTransaction]))
      if (!statement.startsWith(wantsSnapshot)) return true
      this.#next = () => false
      this.#join()
      return false
    }
    if (statement.startsWith(wantsSnapshot)) {
      this.#next = () => false
      this.#atGate.resolve()
      return false
    }
    if (statement !== '') this.said.push(statement)
    this.#wire.write(said.bytes)
    return true
  }
}
