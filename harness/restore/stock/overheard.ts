import { classifyText } from '../../dump/index.ts'
import type { Refusal } from '../../postgres/index.ts'

/** What a statement is about, from its own text. */
export interface Subject {
  readonly verb: string
  readonly object: string | null
}

export interface OverheardRefusal extends Subject {
  readonly database: string
  readonly refusal: Refusal
}

export interface OverheardWarning extends Subject {
  readonly code: string
  readonly message: string
}

/** Refusals and warnings that are kept: a dump of a million INSERTs into a missing table is refused a million times. */
const most = 20_000
const longestText = 2_000

/** What was heard of a client's talk with the server: what the server did, what it refused, what it warned of. */
export class Overheard {
  readonly refusals: OverheardRefusal[] = []
  /** All of them, also those that are not kept. */
  refusalCount = 0
  /** By what they say. */
  readonly warnings = new Map<string, OverheardWarning>()
  readonly databases: string[] = []
  readonly loadedByVerb = new Map<string, number>()
  readonly #rows = new Map<string, number>()
  readonly #subjects = new Map<string, Subject>()
  /** A connection that spoke another protocol: then nothing here can be relied on. */
  isLost = false

  enter(database: string): void {
    if (!this.databases.includes(database)) this.databases.push(database)
  }

  /** Rows that the server took for a table since that was last asked. */
  takeRows(database: string, table: string): number {
    const key = JSON.stringify([database, table])
    const rows = this.#rows.get(key) ?? 0
    this.#rows.delete(key)
    return rows
  }

  loaded({ verb }: Subject): void {
    this.loadedByVerb.set(verb, (this.loadedByVerb.get(verb) ?? 0) + 1)
  }

  /** Rows that are there for good: their transaction has ended well. */
  rowsLoaded(database: string, table: string, rows: number): void {
    const key = JSON.stringify([database, table])
    this.#rows.set(key, (this.#rows.get(key) ?? 0) + rows)
  }

  refused(database: string, subject: Subject, fields: ReadonlyMap<string, string>): void {
    this.refusalCount += 1
    if (this.refusals.length < most) this.refusals.push({ ...subject, database, refusal: refusalOf(fields) })
  }

  warned({ verb, object }: Subject, fields: ReadonlyMap<string, string>): void {
    const { code, message } = refusalOf(fields)
    const key = JSON.stringify([verb, object, code, message])
    if (this.warnings.size < most) this.warnings.set(key, { verb, object, code, message })
  }

  /** Verb and object of a statement; rows go into a table by its qualified name. */
  subjectOf(text: string): Subject {
    const rowsInto = /^\s*(?:INSERT INTO [^(]{1,300}?(?= VALUES)|(?:INSERT INTO|COPY) [^(]{1,300}\()/.exec(text)?.[0]
    // A name may hold what looks like the end of it: then it is read in full.
    if (rowsInto === undefined || rowsInto.split('"').length % 2 === 0) return subject(text)
    const known = this.#subjects.get(rowsInto)
    if (known) return known
    const table = subject(text)
    if (this.#subjects.size < most) this.#subjects.set(rowsInto, table)
    return table
  }
}

function subject(text: string): Subject {
  const { verb, parts } = classifyText(text)
  if (parts === null) return { verb, object: null }
  const isRows = (verb === 'COPY' || verb === 'INSERT') && parts.length === 1
  return { verb, object: (isRows ? ['public', ...parts] : parts).join('.') }
}

function refusalOf(fields: ReadonlyMap<string, string>): Refusal {
  return {
    code: fields.get('C') ?? 'XX000',
    message: (fields.get('M') ?? '').slice(0, longestText),
    detail: fields.get('D')?.slice(0, longestText) ?? null,
    schema: fields.get('s') ?? null,
    table: fields.get('t') ?? null,
    column: fields.get('c') ?? null,
    constraint: fields.get('n') ?? null,
  }
}
