/** One change of one thing, and what a comparison must say of it: exactly that. */
export interface Mutant {
  /** Several: one by one, outside a transaction, on a copy of the database. `:database` is its name. */
  readonly sql: string | readonly string[]
  /**
   * `column public.plain.id: type`, the object and its properties that differ; `table app.cache: missing` or `: extra`; of
   * another check than the schema's `sequences app.ticket`.
   */
  readonly changes: readonly string[]
  /** Majors that know the statement. */
  readonly since?: number
  readonly until?: number
  /** What else is seen on newer majors. */
  readonly also?: { readonly since: number; readonly changes: readonly string[] }
  /** Why `pg_dump -C` and `pg_dumpall -g` do not show it: it is seen in a restored database alone. */
  readonly restoreOnly?: string
  /** Once committed, nobody could connect to the database. */
  readonly insideOnly?: boolean
  /** Its last statement fails, and leaves behind what it is about. */
  readonly leavesFault?: boolean
  /** What is changed belongs to all databases of the server. */
  readonly isShared?: boolean
}

export function mutant(
  sql: Mutant['sql'],
  changes: string | readonly string[],
  more: Omit<Mutant, 'sql' | 'changes'> = {},
): Mutant {
  return { sql, changes: typeof changes === 'string' ? [changes] : changes, ...more }
}

export function isFor({ since = 0, until = Infinity }: Mutant, major: number): boolean {
  return since <= major && major <= until
}

/** All that a comparison must say on this major, sorted. */
export function changesOn({ changes, also }: Mutant, major: number): readonly string[] {
  return [...changes, ...(also !== undefined && major >= also.since ? also.changes : [])].sort()
}

/** Since Postgres 18 NOT NULL is a constraint, too. */
export function notNullConstraints(...changes: readonly string[]): Pick<Mutant, 'also'> {
  return { also: { since: 18, changes } }
}

/** Must it be run on a copy, outside a transaction? */
export function needsCopy({ sql }: Mutant): boolean {
  return typeof sql !== 'string'
}

export function statementsOf({ sql }: Mutant, database: string): readonly string[] {
  return (typeof sql === 'string' ? [sql] : sql).map((text) => text.replaceAll(':database', database))
}
