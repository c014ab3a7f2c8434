import type { Connection, Submittable } from 'pg'
import type { Outcome } from './types.ts'
import { readOutcome, readRefusal } from './read-outcome.ts'

/** Types of the messages we send. https://www.postgresql.org/docs/current/protocol-message-formats.html */
const frontendMessage = { query: 0x51, copyData: 0x64, copyDone: 0x63, copyFail: 0x66 } as const

interface CommandComplete {
  readonly text: string
}

/**
 * One simple query whose text, and COPY data if it asks for any, go to the socket as the bytes they are. `pg` would
 * encode a JS string as UTF-8, which is wrong as soon as the dump has `SET client_encoding` to something else.
 * COPY data waits for the socket to drain, so memory stays flat whatever the dump's size.
 */
export class SubmitBytes implements Submittable {
  readonly outcome: Promise<Outcome>
  readonly #statement: Uint8Array
  readonly #data: AsyncIterable<Uint8Array> | null
  #settle!: { resolve(outcome: Outcome): void; reject(cause: unknown): void }
  #tag = ''
  #ended = false
  /** What the source of the COPY data threw: it wins over the server's answer to our CopyFail. */
  #sourceFailure: { readonly cause: unknown } | null = null

  constructor(statement: Uint8Array, data: AsyncIterable<Uint8Array> | null) {
    this.#statement = statement
    this.#data = data
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  submit(connection: Connection): void {
    connection.stream.write(frame(frontendMessage.query, this.#statement, true))
  }

  handleCopyInResponse(connection: Connection): void {
    void this.#pump(connection)
  }

  handleCommandComplete(message: CommandComplete): void {
    this.#tag = message.text
  }

  handleReadyForQuery(): void {
    this.#ended = true
    this.#settle.resolve(readOutcome(this.#tag))
  }

  handleError(error: unknown): void {
    this.#ended = true
    if (this.#sourceFailure) this.#settle.reject(this.#sourceFailure.cause)
    else {
      const answer = readRefusal(error)
      if (answer.kind === 'refusal') this.#settle.resolve({ ok: false, refusal: answer.refusal })
      else this.#settle.reject(answer.fault)
    }
  }

  // The server's other messages carry nothing we need: rows of `SELECT setval(…)`, empty queries, COPY TO output.
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}

  async #pump(connection: Connection): Promise<void> {
    const { stream } = connection
    try {
      for await (const chunk of this.#data ?? []) {
        if (this.#ended) return
        // Together, so that the server is not woken for five bytes.
        stream.cork()
        stream.write(header(frontendMessage.copyData, chunk.length))
        const written = isWritten(stream, chunk)
        stream.uncork()
        // Its source may use the chunk's memory again.
        if (stream.writableLength > 0) await written
      }
      if (!this.#data)
        stream.write(frame(frontendMessage.copyFail, Buffer.from('no data in the dump for this COPY'), true))
      else if (!this.#ended) stream.write(header(frontendMessage.copyDone, 0))
    } catch (cause) {
      this.#sourceFailure = { cause }
      if (this.#ended) this.#settle.reject(cause)
      else stream.write(frame(frontendMessage.copyFail, Buffer.from('the dump could not be read on'), true))
    }
  }
}

function header(type: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(5)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt32BE(length + 4, 1)
  return bytes
}

function frame(type: number, body: Uint8Array, terminated: boolean): Buffer {
  return Buffer.concat([header(type, body.length + (terminated ? 1 : 0)), body, Buffer.alloc(terminated ? 1 : 0)])
}

/** Resolves when the bytes have left, or when the socket is gone (the outcome then rejects by itself). */
function isWritten(stream: Connection['stream'], bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('close', done)
      resolve()
    }
    stream.once('close', done).write(bytes, done)
  })
}
