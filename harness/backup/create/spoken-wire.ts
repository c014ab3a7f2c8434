import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Fault, scrubLine } from '../../core/index.ts'
import type { Beside } from './beside.ts'
import type { SourceWire } from './types.ts'
import { fieldsOf, Incoming, message, type Message } from './wire-messages.ts'

/** A connection to the source on which we say statements, until it is a client's. */
export class SpokenWire implements Beside {
  readonly parameters: ReadonlyMap<string, string>
  readonly #stream: Duplex
  #hear: (chunk: Buffer) => void = () => {}

  constructor({ stream, parameters }: SourceWire) {
    this.#stream = stream
    this.parameters = parameters
    stream.on('error', () => stream.destroy())
    stream.on('data', this.#onData)
  }

  /** Says a statement, and waits for its end. Throws what the server refused, with its SQLSTATE. */
  async say(statement: string): Promise<void> {
    const heard = new Incoming()
    const ended = Promise.withResolvers<Message | null>()
    const lost = (): void => ended.reject(connectionLost())
    const passOn = this.#hear
    let refusal: Message | null = null
    this.#hear = (chunk) => {
      heard.push(chunk)
      for (let said = heard.next(); said !== null; said = heard.next()) {
        if (said.kind === 'E') refusal = said
        if (said.kind === 'Z') ended.resolve(refusal)
      }
    }
    this.#stream.once('close', lost)
    try {
      if (this.#stream.destroyed) throw connectionLost()
      this.#stream.write(message('Q', statement))
      const refused = await ended.promise
      if (refused) throw faultOf(refused)
    } finally {
      this.#stream.off('close', lost)
      this.#hear = passOn
    }
  }

  /** What the server says goes to the client from here on; what the client says is the caller's to write. */
  passTo(client: Socket): void {
    this.#hear = (chunk) => void client.write(chunk)
    client.on('close', () => this.#stream.destroy())
    this.#stream.on('close', () => client.end())
  }

  write(bytes: Buffer): void {
    this.#stream.write(bytes)
  }

  /** From here on nobody stands between the two. */
  join(client: Socket): void {
    this.#stream.off('data', this.#onData)
    // Either side has gone: the client says so itself.
    const end = (): void => {
      client.destroy()
      this.#stream.destroy()
    }
    pipeline(client, this.#stream).catch(end)
    pipeline(this.#stream, client).catch(end)
  }

  readonly #onData = (chunk: Buffer): void => this.#hear(chunk)
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
