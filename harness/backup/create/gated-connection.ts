import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Fault, scrubLine } from '../../core/index.ts'
import type { SourceWire } from './types.ts'
import { fieldsOf, Incoming, message, type Message } from './wire-messages.ts'

const wantsSnapshot = 'SET TRANSACTION SNAPSHOT '
/** Requests to speak TLS or GSSAPI; on a socket of this machine neither is wanted. */
const encryptions: ReadonlySet<number> = new Set([80_877_103, 80_877_104])
const authenticated = message('R', Buffer.alloc(4))
const idle = message('Z', Buffer.from('I'))

/**
 * A client's connection, in front of one that is open already. What it says passes, up to the moment at which it asks for
 * its snapshot: then it waits, in a transaction that has read nothing, while others may speak in its place.
 */
export class GatedConnection {
  readonly #client: Socket
  readonly #server: Duplex
  readonly #said = new Incoming()
  readonly #atGate = Promise.withResolvers<void>()
  #toServer: (chunk: Buffer) => void
  #onServer: (chunk: Buffer) => void

  constructor(client: Socket, wire: SourceWire) {
    this.#client = client
    this.#server = wire.stream
    const pass = (chunk: Buffer): void => void client.write(chunk)
    this.#onServer = pass
    this.#toServer = (chunk) => this.#start(chunk, wire)
    client.on('data', this.#hearClient)
    this.#server.on('data', this.#hearServer)
    client.on('error', this.#end).on('close', this.#end)
    this.#server.on('error', this.#end).on('close', () => client.end())
  }

  /** When it waits for its snapshot; never, where it ends before. */
  get atGate(): Promise<void> {
    return this.#atGate.promise
  }

  /** A statement in the client's place, while it waits. Throws what the server refused, with its SQLSTATE. */
  async say(statement: string): Promise<void> {
    const heard = new Incoming()
    const ended = Promise.withResolvers<Message | null>()
    let refusal: Message | null = null
    const pass = this.#onServer
    this.#onServer = (chunk) => {
      heard.push(chunk)
      for (let said = heard.next(); said !== null; said = heard.next()) {
        if (said.kind === 'E') refusal = said
        if (said.kind === 'Z') ended.resolve(refusal)
      }
    }
    const lost = (): void => ended.reject(connectionLost())
    this.#server.once('close', lost)
    try {
      if (this.#server.destroyed) throw connectionLost()
      this.#server.write(message('Q', statement))
      const refused = await ended.promise
      if (refused) throw faultOf(refused)
    } finally {
      this.#server.off('close', lost)
      this.#onServer = pass
    }
  }

  /** Gives it the snapshot; from here on the two are joined. */
  release(snapshot: string): void {
    const rest = this.#said.rest()
    this.#client.off('data', this.#hearClient)
    this.#server.off('data', this.#hearServer)
    this.#server.write(message('Q', `${wantsSnapshot}'${snapshot}'`))
    if (rest.length > 0) this.#server.write(rest)
    for (const [from, to] of [
      [this.#client, this.#server],
      [this.#server, this.#client],
    ] as const) {
      // Either side has gone: the client says so itself.
      pipeline(from, to).catch(this.#end)
    }
  }

  readonly #hearClient = (chunk: Buffer): void => this.#toServer(chunk)
  readonly #hearServer = (chunk: Buffer): void => this.#onServer(chunk)

  readonly #end = (): void => {
    this.#client.destroy()
    this.#server.destroy()
  }

  /** The client is told what the server said when the connection in its place was opened. */
  #start(chunk: Buffer, { parameters }: SourceWire): void {
    this.#said.push(chunk)
    for (let said = this.#said.nextStart(); said !== null; said = this.#said.nextStart()) {
      if (encryptions.has(said.readUInt32BE(0))) {
        this.#client.write('N')
        continue
      }
      const settings = [...parameters].map(([name, value]) => message('S', name, value))
      this.#client.write(Buffer.concat([authenticated, ...settings, idle]))
      this.#toServer = (more) => this.#listen(more)
      return this.#listen(Buffer.alloc(0))
    }
  }

  #listen(chunk: Buffer): void {
    this.#said.push(chunk)
    for (let said = this.#said.next(); said !== null; said = this.#said.next()) {
      if (said.kind === 'Q' && said.body.toString('latin1').startsWith(wantsSnapshot)) {
        this.#toServer = (more) => this.#said.push(more)
        return this.#atGate.resolve()
      }
      this.#server.write(said.bytes)
    }
  }
}

function faultOf({ body }: Message): Fault {
  const fields = fieldsOf(body)
  const sqlstate = fields.get('C') ?? ''
  return new Fault('E_SQL', `${scrubLine(fields.get('M') ?? 'refused')} (SQLSTATE ${sqlstate})`, {
    hint: "it was said in pg_dump's place, before its snapshot",
    facts: { sqlstate },
  })
}

function connectionLost(): Fault {
  return new Fault('E_ENGINE_CRASHED', 'the connection to the database was lost', {
    hint: 'look at its log; run again',
  })
}
