import type { FaultCode } from '../core/index.ts'

export type DumpFormat = 'plain' | 'custom' | 'directory' | 'tar'
export type Compression = 'none' | 'gzip' | 'zstd' | 'lz4'
/** Who wrote the dump, from its header and shape. `supabase-cli` is pg_dump through the CLI's seds. */
export type DumpWriter = 'pg_dump' | 'pg_dumpall' | 'supabase-cli' | 'unknown'

/** A relation's name as the dump means it, unquoted. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

/** pg_dump's `-- Name: x; Type: TABLE; Schema: public; Owner: y` comment, where it was not stripped. */
export interface TocLabel {
  readonly type: string
  readonly schema: string | null
  readonly name: string
  readonly owner: string | null
}

/** Where in the (decompressed) dump something begins. */
export interface DumpPosition {
  /** Bytes from the beginning of the decompressed text. */
  readonly offset: number
  /** From 1. */
  readonly line: number
}

/** What is wrong with a dump, found while reading it. `fatal`: reading stopped there. */
export interface DumpProblem extends DumpPosition {
  readonly kind: 'problem'
  readonly code: FaultCode
  /** One line: what is wrong. Scrubbed. */
  readonly message: string
  readonly hint: string
  /** The table or object at hand, e.g. `public.users`. */
  readonly object: string | null
  readonly fatal: boolean
}

/** One SQL statement, its closing semicolon included, as bytes in the dump's encoding. */
export interface StatementEntry extends DumpPosition {
  readonly kind: 'statement'
  readonly text: Buffer
  /** The command in upper case, as specific as the words tell: `CREATE TABLE`, `ALTER TABLE ADD CONSTRAINT`, `SELECT setval`, `SET`. */
  readonly verb: string
  /** The object acted on, unquoted, e.g. `public.users`, `public.users.users_pkey`; null where there is none. */
  readonly object: string | null
  readonly label: TocLabel | null
}

/** An INSERT. A long multi-row one arrives as several entries, each a complete statement of bounded size. */
export interface InsertEntry extends DumpPosition {
  readonly kind: 'insert'
  readonly text: Buffer
  readonly table: QualifiedName
  /** Rows in this entry, counted by the lexer (top-level tuples after VALUES). */
  readonly rows: number
}

/** A COPY block. `data` must be consumed, or the entry skipped with {@link CopyEntry.skip}, before the next entry is asked for. */
export interface CopyEntry extends DumpPosition {
  readonly kind: 'copy'
  readonly table: QualifiedName
  readonly columns: readonly string[]
  /** The `COPY … FROM stdin;` statement. */
  readonly statement: Buffer
  /** The rows as bytes, without the closing `\.` line, in chunks. */
  readonly data: AsyncIterable<Buffer>
  /** Reads past the data. */
  skip(): Promise<void>
  /** Rows and bytes so far; final once `data` is consumed. */
  counted(): { readonly rows: number; readonly bytes: number; readonly terminated: boolean }
}

/** `\connect name` (pg_dumpall, pg_dump -C): what follows belongs to another database. */
export interface ConnectEntry extends DumpPosition {
  readonly kind: 'connect'
  readonly database: string
}

/** Always the last entry. */
export interface EndEntry extends DumpPosition {
  readonly kind: 'end'
  /** `complete`: the writer's marker is there. `unprovable`: this writer leaves none (Supabase CLI's default schema dump). */
  readonly completeness: 'complete' | 'truncated' | 'unprovable'
}

export type DumpEntry = StatementEntry | InsertEntry | CopyEntry | ConnectEntry | DumpProblem | EndEntry

export interface DumpTable extends QualifiedName {
  readonly rows: number
  readonly bytes: number
  /** Its CREATE TABLE is in this dump. */
  readonly defined: boolean
  /** It has a COPY block or INSERTs in this dump (a COPY of zero rows counts). */
  readonly hasData: boolean
}

/** A table that the dump has rows for, and does not define. */
export interface BareTable extends QualifiedName {
  /** As the rows name them; empty where they name none. */
  readonly columns: readonly string[]
}

/** A locale is asked for by a database, a collation or a column, of the C library, of ICU or of the server itself. */
export type DemandKind =
  | 'extension'
  | 'language'
  | 'library'
  | 'libc locale'
  | 'icu locale'
  | 'builtin locale'
  | 'tablespace'
  | 'access method'

/** What a dump asks of the server that it is restored into, and not every server has. */
export interface DumpDemand {
  readonly kind: DemandKind
  /** `postgis`, `plv8`, `$libdir/ours`, `fr_FR.utf8`, `de-u-co-phonebk`, `fast`, `columnar`. */
  readonly name: string
  /** Of an extension, where the dump says it; pg_dump does not. */
  readonly version: string | null
  /** What asks for it, as far as the statements show; the first 1,000. */
  readonly objects: readonly string[]
  /** Routines whose body names a schema that it brings: they are made without it, and fail when they are called. */
  readonly callers: readonly string[]
}

/** What a dump holds, read offline, without a server. */
export interface DumpSummary {
  readonly path: string
  readonly format: DumpFormat
  readonly compression: Compression
  readonly fileBytes: number
  readonly plainBytes: number
  readonly writer: DumpWriter
  /** e.g. `15.18 (Debian 15.18-0+deb12u1)`; null where the header was stripped. */
  readonly serverVersion: string | null
  readonly toolVersion: string | null
  readonly encoding: string | null
  readonly completeness: EndEntry['completeness']
  readonly holds: { readonly schema: boolean; readonly data: boolean; readonly roles: boolean }
  /** Databases named by `\connect`, in order. */
  readonly databases: readonly string[]
  /** Schemas in which the dump defines something or puts rows. */
  readonly schemas: readonly string[]
  /** Schemas created here (`CREATE SCHEMA`). */
  readonly schemasCreated: readonly string[]
  /** Schemas that qualified names refer to (in DDL, not in data), created here or not. */
  readonly schemasMentioned: readonly string[]
  /** Schemas of what bodies of functions call and read, by their words. */
  readonly schemasCalled: readonly string[]
  readonly tables: readonly DumpTable[]
  /** Tables whose rows are here and whose definition is not. */
  readonly bareTables: readonly BareTable[]
  /** Sequences that are set here (`SELECT setval`), defined here or not. */
  readonly sequencesSet: readonly QualifiedName[]
  readonly publicationsCreated: readonly string[]
  /** Entries by kind: the TOC type or, where stripped, the verb (`TABLE`, `INDEX`, `POLICY`, `TABLE DATA`, …). */
  readonly entries: Readonly<Record<string, number>>
  readonly extensions: readonly string[]
  /** Sorted by kind and name; extensions among them. */
  readonly demands: readonly DumpDemand[]
  readonly rolesCreated: readonly string[]
  /** Roles that owners, grants and policies refer to. */
  readonly rolesMentioned: readonly string[]
  /** Roles that it makes superusers. */
  readonly superusers: readonly string[]
  /** Roles that give memberships which nobody gave them the right to give: from 16 on the bootstrap superuser alone. */
  readonly grantors: readonly string[]
  readonly problems: readonly DumpProblem[]
}
