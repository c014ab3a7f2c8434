import { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { Fault, scrubLine, type Row } from '../core/index.ts'
import { SubmitBytes } from './submit-bytes.ts'
import { readRefusal } from './read-outcome.ts'
import type { Outcome, Session } from './types.ts'

const asText = { getTypeParser: () => (value: string | null) => value }

/** A server closes its side at once, unless a program that a dump started holds the connection open after it. */
const partingMs = 2_000

/** A session over one `pg` client. Every value arrives as the server's own text. */
export class PgSession implements Session {
  readonly #client: Client
  readonly #socket: Socket

  private constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
  }

  static async open(config: ClientConfig, signal?: AbortSignal): Promise<PgSession> {
    signal?.throwIfAborted()
    const socket = new Socket()
    const client = new Client({ ...config, keepAlive: true, stream: () => socket })
    // Without a listener a connection that dies between queries would end the process; the next query reports it.
    client.on('error', () => {})
    await client.connect()
    const session = new PgSession(client, socket)
    if (signal) {
      const abort = (): void => void client.end().catch(() => {})
      signal.addEventListener('abort', abort, { once: true })
      client.once('end', () => signal.removeEventListener('abort', abort))
    }
    return session
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    try {
      const result = await this.#client.query<Record<string, string | null>>({
        text,
        values: values ? [...values] : [],
        types: asText,
      })
      // Several statements in one text yield an array of results: the last one's rows are the answer.
      return Array.isArray(result) ? ((result as { rows: Row[] }[]).at(-1)?.rows ?? []) : result.rows
    } catch (error) {
      const answer = readRefusal(error)
      if (answer.kind === 'fault') throw answer.fault
      throw new Fault('E_SQL', `${scrubLine(answer.refusal.message)} (SQLSTATE ${answer.refusal.code})`, {
        hint: 'the statement is in the cause',
        facts: { sqlstate: answer.refusal.code },
        cause: error,
      })
    }
  }

  async execute(statement: Uint8Array | string): Promise<Outcome> {
    return this.#submit(statement, null)
  }

  async copyIn(statement: Uint8Array | string, data: AsyncIterable<Uint8Array>): Promise<Outcome> {
    return this.#submit(statement, data)
  }

  async #submit(statement: Uint8Array | string, data: AsyncIterable<Uint8Array> | null): Promise<Outcome> {
    const submission = new SubmitBytes(typeof statement === 'string' ? Buffer.from(statement) : statement, data)
    this.#client.query(submission)
    return submission.outcome
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const late = setTimeout(() => this.#socket.destroy(), partingMs)
    await this.#client.end().catch(() => {})
    clearTimeout(late)
  }
}
