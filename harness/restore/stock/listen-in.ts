import type { Overheard, Subject } from './overheard.ts'
import { fieldsOf, textsOf, WireReader, type WireMessage } from './wire-reader.ts'

/** As far into a statement as its verb and object may reach, and as much of an error as is kept. */
const keptBytes = 65_536
const wantedOfClient = new Set(['', 'Q', 'P'])
const wantedOfServer = new Set(['C', 'E', 'N'])
const starting: Subject = { verb: 'CONNECT', object: null }

/** One end of a connection, as far as it is listened to. */
interface Speaker {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
}

/** Follows one connection of a client: which statement was sent, and what the server said to it. */
export function listenIn(client: Speaker, server: Speaker, overheard: Overheard): void {
  let database = ''
  let current = starting
  const transaction = new RowsOfTransaction((table, rows) => overheard.rowsLoaded(database, table, rows))
  const fromClient = new WireReader(
    'client',
    (kind) => (wantedOfClient.has(kind) ? keptBytes : 0),
    ({ kind, body }: WireMessage) => {
      if (kind === '') {
        database = databaseOf(body)
        current = { ...starting, object: database }
      } else {
        // A Parse message begins with the statement's name.
        const text = kind === 'Q' ? body.toString('utf8') : (textsOf(body)[1] ?? '')
        current = overheard.subjectOf(text.replace(/\0$/, ''))
        overheard.enter(database)
      }
    },
  )
  const fromServer = new WireReader(
    'server',
    (kind) => (wantedOfServer.has(kind) ? keptBytes : 0),
    ({ kind, body }) => {
      if (kind === 'C') {
        overheard.loaded(current)
        transaction.completed(textsOf(body)[0] ?? '', current.object)
      } else if (kind === 'E') overheard.refused(database, current, fieldsOf(body))
      else if (fieldsOf(body).get('V') === 'WARNING') overheard.warned(current, fieldsOf(body))
    },
  )
  const hear = (reader: WireReader, chunk: Buffer): void => {
    reader.push(chunk)
    if (reader.isLost) overheard.isLost = true
  }
  client.on('data', (chunk: Buffer) => hear(fromClient, chunk))
  server.on('data', (chunk: Buffer) => hear(fromServer, chunk))
}

/** pg_restore loads a table of INSERTs in a transaction, which the server may undo at its end. */
class RowsOfTransaction {
  readonly #keep: (table: string, rows: number) => void
  /** Null outside a transaction block. */
  #pending: Map<string, number> | null = null

  constructor(keep: (table: string, rows: number) => void) {
    this.#keep = keep
  }

  /** `tag` as CommandComplete has it. A COMMIT that could not be says ROLLBACK. */
  completed(tag: string, table: string | null): void {
    const rows = /^(?:COPY|INSERT \d+) (\d+)$/.exec(tag)?.[1]
    if (tag === 'BEGIN') this.#pending = new Map()
    else if (tag === 'COMMIT' || tag === 'ROLLBACK') {
      const pending = this.#pending ?? new Map<string, number>()
      this.#pending = null
      if (tag === 'COMMIT') for (const [name, count] of pending) this.#keep(name, count)
    } else if (rows !== undefined && table !== null) {
      if (this.#pending === null) this.#keep(table, Number(rows))
      else this.#pending.set(table, (this.#pending.get(table) ?? 0) + Number(rows))
    }
  }
}

/** Of a StartupMessage: the protocol's version, then names and values in turn. */
function databaseOf(body: Buffer): string {
  const words = textsOf(body.subarray(4))
  const valueOf = (name: string): string | undefined => {
    for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === name) return words[at + 1]
    return undefined
  }
  return valueOf('database') ?? valueOf('user') ?? ''
}
