/** One message of the protocol between client and server: its kind, and as much of its content as was asked for. */
export interface WireMessage {
  /** The protocol's letter; empty for what a client sends first. */
  readonly kind: string
  readonly body: Buffer
}

/** How many bytes of a message's content are wanted, by the protocol's letter; 0 where it may pass unread. */
export type Wanted = (kind: string) => number

/** No message is longer: PostgreSQL's own limit is 1 GiB less a byte. */
const longestMessage = 2 ** 30

/**
 * Cuts one direction of a connection into messages, without holding on to what nobody wants: rows pass by as counted
 * bytes. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class WireReader {
  readonly #wanted: Wanted
  readonly #take: (message: WireMessage) => void
  /** A client's first message has no letter. */
  #isFirst: boolean
  readonly #head: number[] = []
  #kind = ''
  /** Bytes of the current message that are still to come; null between messages. */
  #left: number | null = null
  #kept: Buffer[] = []
  #keep = 0
  /** It was no such protocol: nothing is read any more. */
  isLost = false

  constructor(from: 'client' | 'server', wanted: Wanted, take: (message: WireMessage) => void) {
    this.#isFirst = from === 'client'
    this.#wanted = wanted
    this.#take = take
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.isLost) {
      if (this.#left === null) {
        this.#head.push(chunk[at] ?? 0)
        at += 1
        if (this.#head.length === (this.#isFirst ? 4 : 5)) this.#begin()
        continue
      }
      const end = Math.min(chunk.length, at + this.#left)
      if (this.#keep > 0) {
        // Copied: the chunk is the socket's own buffer.
        const piece = Buffer.from(chunk.subarray(at, Math.min(end, at + this.#keep)))
        this.#kept.push(piece)
        this.#keep -= piece.length
      }
      this.#left -= end - at
      at = end
      if (this.#left === 0) this.#finish()
    }
  }

  #begin(): void {
    const length = Buffer.from(this.#head).readUInt32BE(this.#isFirst ? 0 : 1)
    this.#kind = this.#isFirst ? '' : String.fromCharCode(this.#head[0] ?? 0)
    this.#isFirst = false
    this.#head.length = 0
    if (length < 4 || length > longestMessage) {
      this.isLost = true
      return
    }
    this.#keep = this.#wanted(this.#kind)
    this.#left = length - 4
    if (this.#left === 0) this.#finish()
  }

  #finish(): void {
    const isWanted = this.#kept.length > 0 || this.#wanted(this.#kind) > 0
    const body = this.#kept.length === 1 ? (this.#kept[0] ?? Buffer.of()) : Buffer.concat(this.#kept)
    this.#kept = []
    this.#left = null
    if (isWanted) this.#take({ kind: this.#kind, body })
  }
}

/** The texts of a message that end with a zero byte. */
export function textsOf(body: Buffer): string[] {
  return body.toString('utf8').split('\0')
}

/** Fields of an ErrorResponse or NoticeResponse by their letters. */
export function fieldsOf(body: Buffer): ReadonlyMap<string, string> {
  return new Map(textsOf(body).flatMap((text) => (text === '' ? [] : [[text[0] ?? '', text.slice(1)] as const])))
}
