import { quoteLiteral, quoteQualified } from '../../core/index.ts'
import { nameAt, placedTokensOf, type PlacedToken, type QualifiedName } from '../../dump/index.ts'

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * A statement of a dump with other names in it. Its bytes are read one to a character, so that whatever encoding the dump
 * has, what is not replaced stays as it is.
 */
export class Rewriting {
  readonly tokens: readonly PlacedToken[]
  readonly #sql: string
  readonly #edits: Edit[] = []

  /** `most`: as many tokens are read, where only the beginning matters. */
  constructor(text: Buffer, most = Number.POSITIVE_INFINITY) {
    this.#sql = text.toString('latin1')
    this.tokens = placedTokensOf(this.#sql).take(most).toArray()
  }

  /** The relation's name that begins at this token; a column's behind it stays. */
  relation(at: number, to: QualifiedName): void {
    const parts = nameAt(this.tokens, at)?.parts.length ?? 0
    const [first, last] = [this.tokens[at], this.tokens[at + 2]]
    if (parts < 2 || !first || !last) throw new TypeError(`no qualified name at token ${at}`)
    this.#replace(first.from, last.to, quoteQualified(to.schema, to.name))
  }

  /** One token: an identifier without a schema. */
  token(at: number, text: string): void {
    const token = this.tokens[at]
    if (!token) throw new TypeError(`no token ${at}`)
    this.#replace(token.from, token.to, text)
  }

  /** Strings that name a relation: `nextval('public.users_id_seq'::regclass)`. */
  texts(renamed: (text: string) => QualifiedName | null): void {
    for (const { kind, text, from, to } of this.tokens) {
      const name = kind === 'text' ? renamed(Buffer.from(text, 'latin1').toString()) : null
      if (name !== null) this.#replace(from, to, quoteLiteral(quoteQualified(name.schema, name.name)))
    }
  }

  finish(): Buffer {
    let [done, at] = ['', 0]
    for (const { from, to, text } of this.#edits.toSorted((a, b) => a.from - b.from)) {
      done += this.#sql.slice(at, from) + text
      at = to
    }
    return Buffer.from(done + this.#sql.slice(at), 'latin1')
  }

  #replace(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text: Buffer.from(text).toString('latin1') })
  }
}
