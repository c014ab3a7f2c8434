import type { QueryValue, WaiverClaim } from './claims.ts'
import type { ConnectionName, Depth, EngineChoice, Expectation, RestorerChoice } from './words.ts'

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
