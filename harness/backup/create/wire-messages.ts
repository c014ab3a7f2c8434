/** A message of PostgreSQL's protocol, whole: its letter, its length, its content. */
export interface Message {
  readonly kind: string
  readonly bytes: Buffer
  /** Without letter and length. */
  readonly body: Buffer
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
export function message(kind: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)))
  const head = Buffer.alloc(5, kind)
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** What has come of one direction of a connection, cut into messages. */
export class Incoming {
  #bytes = Buffer.alloc(0)

  push(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
  }

  /** Null while the next one has not come whole. */
  next(): Message | null {
    if (this.#bytes.length < 5) return null
    const bytes = this.#take(1 + this.#bytes.readUInt32BE(1))
    return bytes && { kind: String.fromCharCode(bytes[0] ?? 0), bytes, body: bytes.subarray(5) }
  }

  /** A client's first messages have no letter: content only. Null while it has not come whole. */
  nextStart(): Buffer | null {
    if (this.#bytes.length < 4) return null
    return this.#take(this.#bytes.readUInt32BE(0))?.subarray(4) ?? null
  }

  /** What has come of messages that are not whole. */
  rest(): Buffer {
    return this.#take(this.#bytes.length) ?? Buffer.alloc(0)
  }

  #take(length: number): Buffer | null {
    if (this.#bytes.length < length) return null
    const taken = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return taken
  }
}

/** Of an ErrorResponse: by the letter of the field. */
export function fieldsOf(body: Buffer): ReadonlyMap<string, string> {
  const fields = body.toString('utf8').split('\0').filter(Boolean)
  return new Map(fields.map((field) => [field.slice(0, 1), field.slice(1)]))
}
