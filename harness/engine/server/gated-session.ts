import { Fault, scrubLine, type Row } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { Passage, Withheld } from './caller.ts'
import { gate } from './gate.ts'
import type { Household } from './household.ts'

/** A session in a database of ours, with the gate before it. */
export class GatedSession implements Session {
  readonly #session: Session
  readonly #household: Household
  readonly #withheld: Withheld

  constructor(session: Session, household: Household, withheld: Withheld) {
    this.#session = session
    this.#household = household
    this.#withheld = withheld
  }

  async query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]> {
    // What takes values is a query of ours.
    if (values !== undefined && values.length > 0) return this.#session.query(text, values)
    const passage = await this.#gate(text)
    if (passage === 'pass') return this.#session.query(text, values)
    if ('instead' in passage) return this.#session.query(passage.instead)
    if (passage.ok) return []
    const { code, message } = passage.refusal
    throw new Fault('E_SQL', `${scrubLine(message)} (SQLSTATE ${code})`, { facts: { sqlstate: code } })
  }

  async execute(statement: Uint8Array | string): Promise<Outcome> {
    const passage = await this.#gate(textOf(statement))
    if (passage === 'pass') return this.#session.execute(statement)
    return 'instead' in passage ? this.#session.execute(passage.instead) : passage
  }

  async copyIn(statement: Uint8Array | string, data: AsyncIterable<Uint8Array>): Promise<Outcome> {
    const passage = await this.#gate(textOf(statement))
    return passage === 'pass' || 'instead' in passage ? this.#session.copyIn(statement, data) : passage
  }

  async #gate(text: string): Promise<Passage> {
    return gate(text, this.#household, this.#withheld)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }
}

function textOf(statement: Uint8Array | string): string {
  return typeof statement === 'string' ? statement : Buffer.from(statement).toString()
}
