import type { Secret, SqlRunner } from '../core/index.ts'

/** What the server said of a statement it would not run. Row values are in `detail` only: never print it unscrubbed. */
export interface Refusal {
  /** SQLSTATE, five characters. */
  readonly code: string
  readonly message: string
  readonly detail: string | null
  readonly schema: string | null
  readonly table: string | null
  readonly column: string | null
  readonly constraint: string | null
  /** Where in its source the server refused; absent where it does not say, or was not asked. */
  readonly routine?: string
}

/** What a statement did: `tag` is the server's command tag (`INSERT 0 5`, `CREATE TABLE`). */
export type Outcome =
  | { readonly ok: true; readonly tag: string; readonly rows: number | null }
  | { readonly ok: false; readonly refusal: Refusal }

/** One connection. `execute` and `copyIn` send bytes as they are: client_encoding is whatever the dump has SET. */
export interface Session extends SqlRunner, AsyncDisposable {
  /** One statement, bytes as in the dump. A refusal is a value; a lost connection throws `E_ENGINE_CRASHED`. */
  execute(statement: Uint8Array | string): Promise<Outcome>
  /** `COPY … FROM stdin` with its data. `rows` is what the server says it took. */
  copyIn(statement: Uint8Array | string, data: AsyncIterable<Uint8Array>): Promise<Outcome>
}

/** Where a server listens. A path as host is a Unix socket folder. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Where it is known: some settings can only be sent to servers that have them. */
  readonly major?: number
  /** Absent where the socket folder is the protection. */
  readonly password?: string
  /** Of a server that is not ours: how it is reached, with TLS and password, whatever the rest says. */
  readonly url?: Secret
  /** False where some settings may not be made. True when absent. */
  readonly isSuperuser?: boolean
}
