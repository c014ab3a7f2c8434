/** A connection by name: the environment variable that holds it. Connections themselves never stand in a config. */
export type ConnectionName = `env:${string}`
/** `'5%'`, or the same as a ratio: `0.05`. */
export type Ratio = `${number}%` | number
/** `'10MB'` (units of 1,024), or a number of bytes. */
export type Size = string | number
/** `'30m'`, `'24h'`, `'7d'`, `'500ms'`. */
export type Duration = string

/** What restores: our own loader, PostgreSQL's own clients (what people type on the bad day), or one after the other. */
export type RestorerChoice = 'ours' | 'stock' | 'both'
export type EngineChoice = 'auto' | 'embedded' | 'container' | 'server'
/** Whether the content of rows is compared, or their number alone. */
export type Depth = 'rows' | 'counts'
/** What the backup is meant to hold. */
export type Expectation = 'full' | 'schema' | 'data'

export interface Range {
  min?: number | undefined
  max?: number | undefined
}

export type QueryValue = string | number | boolean | null

export interface QueryClaim {
  /** Unique; shown in the report. */
  name: string
  /** One read-only statement, run on the restored copy. */
  sql: string
  expect: {
    /** How many rows it returns. */
    rows?: number | Range | undefined
    /** The first column of its first row. */
    value?: QueryValue | Range | undefined
  }
}

/** A role that an application comes to the database as. */
export interface RoleClaim {
  role: string
  /** What `request.jwt.claims` holds: `{ sub: '…', tenant: 7 }`. */
  claims?: Record<string, unknown> | undefined
  /** Settings it brings: names with a dot (`app.tenant`), or `search_path`. */
  settings?: Record<string, string> | undefined
}

/** A named, dated, expiring exception: turns a finding into a notice that stays visible. */
export interface WaiverClaim {
  /** The check's name, as the report prints it: `row counts`, `schema`, … */
  check: string
  /** The object, as the report prints it: `public.users`. */
  object: string
  reason: string
  owner: string
  /** `YYYY-MM-DD`, the last day on which it holds (UTC). */
  expires: string
}

export interface EngineClaim {
  /** Default `'auto'`. */
  kind?: EngineChoice | undefined
  /** Image of the container engine, best by digest. */
  image?: string | undefined
  /** Bootstrap superuser of the disposable server. */
  superuser?: string | undefined
  /** The existing server to make scratch databases on; needed by (and only by) `kind: 'server'`. */
  connection?: ConnectionName | undefined
  /** Of that server, once you have seen that it is not production: needed where `production` is not named. */
  systemIdentifier?: string | undefined
}

export interface MigrationClaim {
  /** For `sh -c`, in the folder of this file; `DATABASE_URL` leads to the clone. */
  command?: string | undefined
  /** Names of the environment variables that it gets beside PATH, HOME, LANG, TMPDIR and the connection. */
  env?: string[] | undefined
  /** A migration that takes longer is ended, and NO-GO. Default `'30m'`. */
  timeout?: Duration | undefined
  /** Default `'tcp'`, a port on 127.0.0.1 that every client can reach. */
  url?: 'tcp' | 'socket' | undefined
}

/** Rules that keep; a set that none keeps is deleted by `prune --delete`. */
export interface RetentionClaim {
  /** The newest so many. Default 7. */
  last?: number | undefined
  /** The newest set of each of the so many latest days that have one. Default 7. */
  daily?: number | undefined
  /** Likewise by ISO weeks. Default 5. */
  weekly?: number | undefined
  /** By months. Default 12. */
  monthly?: number | undefined
  /** By years. Default 0. */
  yearly?: number | undefined
  /** Never fewer than so many whole sets stay. Default 3. */
  floor?: number | undefined
  /** How long a set with this label stays; `'schedule'`: as long as the rules above say. */
  labels?: Record<string, Duration> | undefined
}

/** What `rehearsal.config.ts` may say. Only `backup` is needed. */
export interface RehearsalConfig {
  /** Name in the reports. Default: the name of the config's folder. */
  project?: string | undefined
  backup: {
    /** A folder of backup sets (the latest is taken), one set, or one dump; relative to this file. */
    path: string
    /** `rehearse backup` encrypts and signs what it takes, by `encrypt` and `signing`. Default false. */
    protect?: boolean | undefined
  }
  /** Who can read protected sets, and how they are read here. */
  encrypt?:
    | {
        /** Public keys of age: `age1…`. */
        recipients?: string[] | undefined
        /** A file with one a line. */
        recipientsFile?: string | undefined
        /** Private keys to read encrypted sets with: `env:NAME`, or a file that only its owner may read. */
        identity?: string | undefined
        /** Folder for decrypted files while a set is read. Default: in memory. */
        plaintext?: string | undefined
      }
    | undefined
  signing?:
    | {
        /** Private Ed25519 key in PEM that sets are signed with: `env:NAME`, or a file. */
        key?: string | undefined
        /** What sets have to be signed with: `ed25519:…`, or a PEM file. */
        publicKey?: string | undefined
      }
    | undefined
  /** Which database of a cluster dump (pg_dumpall) is meant. */
  database?: string | undefined
  /** Production, observed read-only: `env:DATABASE_URL`. */
  production?: ConnectionName | undefined
  /** The Supabase project, for `storage`, `backup --storage` and `platform`. */
  supabase?:
    | {
        /** `https://<ref>.supabase.co`, or `env:NAME`. Default `'env:SUPABASE_URL'`. */
        url?: string | undefined
        /** Its secret key: `env:NAME`. Default `'env:SUPABASE_SECRET_KEY'`. */
        key?: ConnectionName | undefined
        /** For `platform`. Default: as the address says. */
        projectRef?: string | undefined
      }
    | undefined
  /** A facts file recorded earlier. Default: the one in the set. */
  baseline?: string | undefined
  /** Whether a GO needs a comparison with production (by baseline or live). Default `'required'`. */
  parity?: 'required' | 'not-required' | undefined
  /** What the backup is meant to hold. Default `'full'`. */
  expect?: Expectation | undefined
  /** `'counts'`: rows are only counted, for a database too large to read whole; every report says so. Default `'rows'`. */
  depth?: Depth | undefined
  /** Whether the copy is broken on purpose, to see that the checks see it; every report says where it is not. Default `true`. */
  inoculate?: boolean | undefined
  /** Schemas observed and compared. Default: all of the user's. */
  schemas?: string[] | undefined
  tables?:
    | {
        /** Tables that must exist: `public.users` (or `users`, meaning `public`). */
        expected?: string[] | undefined
        /** How many tables there must be at least: all together, or by schema. */
        minCount?: number | Record<string, number> | undefined
        /** Tables that must hold at least one row. */
        critical?: string[] | undefined
        /** Least rows by table. */
        minRows?: Record<string, number> | undefined
      }
    | undefined
  /** How far row counts may drift from live production. A recorded baseline is always compared exactly. */
  tolerances?:
    | {
        /** For every table. Default 0. */
        rows?: Ratio | undefined
        /** By table. */
        tables?: Record<string, Ratio> | undefined
      }
    | undefined
  sizes?:
    | {
        /** Least size of what is restored, as it lies on disk. */
        minBytes?: Size | undefined
        /** Least size of the decompressed dump as a share of production's database size. */
        minRatioToDatabase?: Ratio | undefined
        /** Least bytes of data in the dump, by table. */
        tables?: Record<string, Size> | undefined
      }
    | undefined
  budgets?:
    | {
        /** The backup may be at most this old. */
        rpo?: Duration | undefined
        /** A restore may take at most this long (judged with the stock clients only). */
        rto?: Duration | undefined
        /** `status` wants a GO that is at most this old. Default `'35d'`. */
        drill?: Duration | undefined
      }
    | undefined
  /** A rehearsal, or a restore, that takes longer is ended: code in a dump may never end. Default `'24h'`. */
  timeLimit?: Duration | undefined
  queries?: QueryClaim[] | undefined
  /** Who looks at production and at the copy, to see the same. `anon`, `authenticated`, `service_role` do by themselves. */
  access?:
    | {
        /** Further roles. */
        roles?: RoleClaim[] | undefined
        /** So many users of `auth.users` look as `authenticated`. Default 3. */
        users?: number | undefined
      }
    | undefined
  waivers?: WaiverClaim[] | undefined
  /** Where the disposable Postgres comes from. Default `'auto'`: the cheapest that can hold the dump faithfully. */
  engine?: EngineChoice | EngineClaim | undefined
  /** What restores the dump. Default `'ours'`; `'both'` restores twice and compares the two databases. */
  restorer?: RestorerChoice | undefined
  /** Your migration, rehearsed on a clone of the restored copy. */
  migration?: MigrationClaim | undefined
  /** Globs of your own specs, relative to this file. Default `specs/**` + `/*.spec.ts`. */
  specs?: string[] | undefined
  /** Folder of the evidence. Default `.rehearsal/latest`. */
  out?: string | undefined
  /** Which rehearsal said what of which set: a line each. Default `.rehearsal/history.jsonl`. */
  history?: string | undefined
  /** Which sets `prune` keeps. */
  retention?: RetentionClaim | undefined
  notify?:
    | {
        /** Told when a backup, a rehearsal or a prune ends: `env:NAME`, for the address is a secret. */
        webhook?: ConnectionName | undefined
      }
    | undefined
}

/** The config, normalised: paths absolute, sizes in bytes, durations in ms, shares as ratios, absent as null or empty. */
export interface ConfigValues {
  readonly project: string
  readonly backup: { readonly path: string; readonly protect: boolean }
  readonly encrypt: {
    readonly recipients: readonly string[]
    readonly recipientsFile: string | null
    /** `env:NAME`, or an absolute path. */
    readonly identity: string | null
    readonly plaintext: string | null
  }
  readonly signing: { readonly key: string | null; readonly publicKey: string | null }
  readonly database: string | null
  readonly production: ConnectionName | null
  readonly supabase: {
    /** An address, or `env:NAME`. */
    readonly url: string
    readonly key: ConnectionName
    readonly projectRef: string | null
  }
  readonly baseline: string | null
  readonly parity: 'required' | 'not-required'
  readonly expect: Expectation
  readonly depth: Depth
  readonly inoculate: boolean
  /** null: all of the user's schemas. */
  readonly schemas: readonly string[] | null
  readonly tables: {
    /** Qualified: `public.users`. */
    readonly expected: readonly string[]
    readonly minCount: { readonly total: number | null; readonly bySchema: Readonly<Record<string, number>> }
    readonly critical: readonly string[]
    readonly minRows: Readonly<Record<string, number>>
  }
  readonly tolerances: { readonly rows: number; readonly tables: Readonly<Record<string, number>> }
  readonly sizes: {
    readonly minBytes: number | null
    readonly minRatioToDatabase: number | null
    readonly tables: Readonly<Record<string, number>>
  }
  readonly budgets: { readonly rpoMs: number | null; readonly rtoMs: number | null; readonly drillMs: number }
  readonly timeLimitMs: number
  readonly queries: readonly QueryExpectation[]
  readonly access: {
    readonly roles: readonly {
      readonly role: string
      readonly claims: Readonly<Record<string, unknown>>
      readonly settings: Readonly<Record<string, string>>
    }[]
    readonly users: number
  }
  readonly waivers: readonly Readonly<WaiverClaim>[]
  readonly engine: {
    readonly kind: EngineChoice
    readonly image: string | null
    readonly superuser: string | null
    readonly connection: ConnectionName | null
    readonly systemIdentifier: string | null
  }
  readonly restorer: RestorerChoice
  readonly migration: {
    /** null: there is none to rehearse. */
    readonly command: string | null
    readonly env: readonly string[]
    readonly timeoutMs: number
    readonly url: 'tcp' | 'socket'
  }
  /** Globs relative to {@link ResolvedConfig.root}. */
  readonly specs: readonly string[]
  readonly out: string
  readonly history: string
  /** Only what was said: the rules' own room knows the rest. */
  readonly retention: {
    readonly counts: Readonly<Partial<Record<'last' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'floor', number>>>
    /** In milliseconds. */
    readonly labels: Readonly<Record<string, number | 'forever' | 'schedule'>>
  }
  readonly notify: { readonly webhook: ConnectionName | null }
}

export interface Bounds {
  readonly min: number | null
  readonly max: number | null
}

export interface QueryExpectation {
  readonly name: string
  readonly sql: string
  readonly rows: Bounds | null
  readonly value:
    | { readonly kind: 'equals'; readonly value: QueryValue }
    | ({ readonly kind: 'between' } & Bounds)
    | null
}

export type ConfigOrigin = 'default' | 'file' | `env:${string}` | `flag --${string}`

export interface ResolvedConfig {
  readonly values: ConfigValues
  /** Where each value came from, by its path in {@link RehearsalConfig}: `budgets.rpo` → `file`. Every path is there. */
  readonly origins: Readonly<Record<string, ConfigOrigin>>
  /** Folder of the config file; the working directory without one. */
  readonly root: string
  /** The config file, absolute; null without one. */
  readonly file: string | null
}
