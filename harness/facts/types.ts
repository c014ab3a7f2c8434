import type { AccessFacts } from './access-facts.ts'

/** Facts are dead data: JSON-safe, sorted, compared and rendered without a database. 64-bit numbers are strings. */
export interface Facts {
  readonly kind: 'rehearsal-facts'
  readonly version: 1
  /** ISO-8601 UTC: when the snapshot was taken. */
  readonly takenAt: string
  /** How they were taken: in the dump's own snapshot, from a live database, or from a restored copy. */
  readonly source: 'dump-snapshot' | 'live' | 'restored'
  readonly server: ServerFacts
  /** Schemas that were observed, sorted. */
  readonly schemas: readonly string[]
  /** Sorted by `kind`, then `identity`. */
  readonly objects: readonly ObjectFact[]
  /** Sorted by schema, then name. Ordinary tables, partitions' leaves and materialised views; not partitioned roots. */
  readonly tables: readonly TableFact[]
  readonly sequences: readonly SequenceFact[]
  /**
   * Kinds and properties that were looked for, whether there were any or not. Absent in documents from before this was
   * recorded: they know what they hold, and the kinds that were always looked for.
   */
  readonly observed?: Readonly<Record<string, readonly string[]>>
  /** Tables of extensions whose rows no dump holds, where there are any. Absent too in documents from before this was recorded. */
  readonly extensionTables?: readonly ExtensionTableFact[]
  /** Who sees what, where it was asked. */
  readonly access?: AccessFacts
}

export interface ServerFacts {
  readonly version: string
  readonly major: number
  readonly database: string
  readonly encoding: string
  readonly collation: string
  readonly ctype: string
  /** Hashed, so that two databases can be told apart without naming them. */
  readonly systemIdentifierHash: string | null
  /** pg_database_size, bytes. */
  readonly databaseBytes: string
}

export type ObjectKind =
  | 'schema'
  | 'extension'
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'sequence'
  | 'view'
  | 'materialized view'
  | 'function'
  | 'aggregate'
  | 'trigger'
  | 'event trigger'
  | 'rule'
  | 'policy'
  | 'type'
  | 'domain'
  | 'enum'
  | 'role'
  | 'publication'
  | 'foreign server'
  | 'foreign table'
  | 'default privileges'
  | 'collation'
  | 'collation version'
  | 'statistics'
  | 'database'
  | 'access method'
  | 'cast'
  | 'conversion'
  | 'foreign data wrapper'
  | 'language'
  | 'large object'
  | 'operator'
  | 'operator class'
  | 'operator family'
  | 'security label'
  | 'subscription'
  | 'text search configuration'
  | 'text search dictionary'
  | 'text search parser'
  | 'text search template'
  | 'transform'
  | 'user mapping'
  | 'changed privileges'
  | 'parameter'
  | 'tablespace'

/** One object, as one record of properties: comparing is generic, adding a property is one line of SQL. */
export interface ObjectFact {
  readonly kind: ObjectKind
  /** Unique within its kind and stable across restores: `public.users`, `public.users.email`, `public.f(integer)`. */
  readonly identity: string
  /** Property → text as the server prints it; null where not set. Owner, ACL and comment are properties too. */
  readonly properties: Readonly<Record<string, string | null>>
  /**
   * Properties whose text the server deparses: re-parse before reporting that they differ. Once the restored server has
   * read a text again, it is no longer named here: it can then be held against that server's, whatever the majors.
   */
  readonly deparsed: readonly string[]
}

/** Rows of one table. Equal counts don't prove equal rows: that is what `fingerprint` is for. */
export interface TableFact {
  readonly schema: string
  readonly name: string
  readonly persistence: 'permanent' | 'unlogged' | 'materialized view'
  /** False for a materialised view that was never refreshed: it has no rows to count. */
  readonly populated: boolean
  readonly rows: string
  /** Order-independent fingerprint of every row and column (decimal text); null when it was not taken. */
  readonly fingerprint: string | null
  /** The columns that were fingerprinted, by name, sorted: a comparison over other columns is not one. */
  readonly columns: readonly string[]
  /** Of an extension's table: the rows counted are those that match, `WHERE id > 1000`, as a dump holds them. */
  readonly condition?: string
  /** Why it could not be read (permission, row security, a damaged page): `rows` is then 0 and says nothing. */
  readonly unreadable?: string
}

/** A permanent table with rows that its extension did not mark for dumps (pg_extension_config_dump). */
export interface ExtensionTableFact {
  readonly schema: string
  readonly name: string
  readonly extension: string
  readonly rows: string
}

/** A sequence's position. Not MVCC: a dump's value lies between those read before and after it. */
export interface SequenceFact {
  readonly schema: string
  readonly name: string
  readonly lastValue: string
  readonly isCalled: boolean
  /** When the facts were taken around a dump: the position read after it. */
  readonly after?: { readonly lastValue: string; readonly isCalled: boolean }
  /** Column that draws from it, `public.users.id`, and that column's extreme in the sequence's direction. */
  readonly ownedBy: string | null
  readonly columnMax: string | null
  readonly increment: string
  /** Why its position, or its column, could not be read: `lastValue` or `columnMax` then say nothing. */
  readonly unreadable?: string
}
