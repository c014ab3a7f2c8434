import type { ConnectionName, Duration, EngineChoice, Range } from './words.ts'

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
