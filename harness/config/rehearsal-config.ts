import type { EngineClaim, MigrationClaim, QueryClaim, RetentionClaim, RoleClaim, WaiverClaim } from './claims.ts'
import type {
  ConnectionName,
  Depth,
  Duration,
  EngineChoice,
  Expectation,
  Ratio,
  RestorerChoice,
  Size,
} from './words.ts'

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
