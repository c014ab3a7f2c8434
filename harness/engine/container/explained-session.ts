import { Fault, type Row } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'

/** A session that, when it is lost, says why: what went over the wire knows no more than that it broke. */
export class ExplainedSession implements Session {
  readonly #session: Session
  readonly #explain: (lost: Fault) => Promise<Fault>

  constructor(session: Session, explain: (lost: Fault) => Promise<Fault>) {
    this.#session = session
    this.#explain = explain
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    return this.#explained(this.#session.query(text, values))
  }

  async execute(statement: Uint8Array | string): Promise<Outcome> {
    return this.#explained(this.#session.execute(statement))
  }

  async copyIn(statement: Uint8Array | string, data: AsyncIterable<Uint8Array>): Promise<Outcome> {
    return this.#explained(this.#session.copyIn(statement, data))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }

  async #explained<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (thrown) {
      throw thrown instanceof Fault ? await this.#explain(thrown) : thrown
    }
  }
}
