/** A relation of the platform's that a dump has something for, and doesn't define. */
export interface StandInName {
  readonly schema: string
  readonly name: string
}

export interface StandInTable extends StandInName {
  /** As the rows name them; empty where they name none. */
  readonly columns: readonly string[]
  /** Of production's columns, where its facts are known. */
  readonly types?: Readonly<Record<string, string>>
}

export interface StandInEnum extends StandInName {
  readonly labels: readonly string[]
}

/** What a dump refers to and what it brings, as far as the platform is concerned. */
export interface PlatformNeed {
  readonly rolesMentioned: readonly string[]
  readonly rolesCreated: readonly string[]
  /** The engine's own; `postgres` when absent. */
  readonly superuser?: string
  readonly schemasMentioned: readonly string[]
  /** By bodies of functions, which are read when they run; none when absent. */
  readonly schemasCalled?: readonly string[]
  readonly schemasCreated: readonly string[]
  /** Extensions that it creates; none when absent. */
  readonly extensions?: readonly string[]
  /** Those that production has; none when absent. */
  readonly extensionsThere?: readonly StandInExtension[]
  /** Those of them that the engine does not have. */
  readonly extensionsLacking?: readonly string[]
  readonly publicationsCreated?: readonly string[]
  /** Tables that it has rows for, and does not define. */
  readonly bareTables?: readonly StandInTable[]
  /** Production's enumerations; none when absent. */
  readonly enumsThere?: readonly StandInEnum[]
  /** Sequences that it sets, and does not define. */
  readonly sequencesSet?: readonly StandInName[]
}

export interface StandInExtension {
  readonly name: string
  readonly schema: string
}

/** What was, or is to be, laid in before the restore to stand for the Supabase platform. */
export interface Platform {
  readonly roles: readonly string[]
  readonly schemas: readonly string[]
  /** Enumerations that tables of the platform's are made of, and policies name. */
  readonly enums: readonly StandInEnum[]
  /** Tables that take the rows which the dump brings, beside those of the schemas' own stand-ins. */
  readonly tables: readonly StandInTable[]
  readonly sequences: readonly StandInName[]
  readonly publications: readonly string[]
  /** As production has them: a dump of chosen schemas uses extensions without creating them. */
  readonly extensions: readonly StandInExtension[]
  /** Extensions of the platform that the dump creates, that the engine lacks, and that are stood in for or not needed. */
  readonly leftToPlatform: readonly string[]
}
