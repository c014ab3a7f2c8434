import { basename, resolve } from 'node:path'
import type { z } from 'zod'
import { parseBytes, parseDuration } from '../core/index.ts'
import type { configSchema } from './config-schema.ts'
import { parseRatio } from './field-types.ts'
import { isStored } from './is-stored.ts'
import { qualifyTable } from './qualify-table.ts'
import type { Bounds, ConfigValues, QueryExpectation } from './config-values.ts'
import type { Range, Size } from './words.ts'

type ParsedConfig = z.output<typeof configSchema>

export const defaults = {
  parity: 'required',
  expect: 'full',
  depth: 'rows',
  inoculate: true,
  rowTolerance: 0,
  supabaseUrl: 'env:SUPABASE_URL',
  supabaseKey: 'env:SUPABASE_SECRET_KEY',
  accessUsers: 3,
  timeLimit: '24h',
  engine: 'auto',
  restorer: 'ours',
  migrationTimeout: '30m',
  migrationUrl: 'tcp',
  specs: ['specs/**/*.spec.ts'],
  out: '.rehearsal/latest',
  history: '.rehearsal/history.jsonl',
  /* A test a month, as the backup strategy asks, and a few days to run it in. */
  drill: '35d',
} as const

/** Paths absolute, sizes in bytes, durations in ms, shares as ratios, tables with their schema; defaults filled in. */
export function normaliseConfig(config: ParsedConfig, root: string): ConfigValues {
  const { minCount } = config.tables ?? {}
  const engine = typeof config.engine === 'string' ? { kind: config.engine } : config.engine
  return {
    project: config.project ?? (basename(root) || 'rehearsal'),
    backup: {
      path: isStored(config.backup.path) ? config.backup.path : resolve(root, config.backup.path),
      protect: config.backup.protect ?? false,
    },
    encrypt: {
      recipients: config.encrypt?.recipients ?? [],
      recipientsFile: placeOf(config.encrypt?.recipientsFile, root),
      identity: placeOf(config.encrypt?.identity, root),
      plaintext: placeOf(config.encrypt?.plaintext, root),
    },
    signing: { key: placeOf(config.signing?.key, root), publicKey: placeOf(config.signing?.publicKey, root) },
    database: config.database ?? null,
    production: config.production ?? null,
    supabase: {
      url: config.supabase?.url ?? defaults.supabaseUrl,
      key: config.supabase?.key ?? defaults.supabaseKey,
      projectRef: config.supabase?.projectRef ?? null,
    },
    baseline: config.baseline === undefined ? null : resolve(root, config.baseline),
    parity: config.parity ?? defaults.parity,
    expect: config.expect ?? defaults.expect,
    depth: config.depth ?? defaults.depth,
    inoculate: config.inoculate ?? defaults.inoculate,
    schemas: config.schemas ?? null,
    tables: {
      expected: (config.tables?.expected ?? []).map(qualifyTable),
      minCount: {
        total: typeof minCount === 'number' ? minCount : null,
        bySchema: typeof minCount === 'object' ? minCount : {},
      },
      critical: (config.tables?.critical ?? []).map(qualifyTable),
      minRows: byTable(config.tables?.minRows, (rows) => rows),
    },
    tolerances: {
      rows: parseRatio(config.tolerances?.rows ?? defaults.rowTolerance),
      tables: byTable(config.tolerances?.tables, parseRatio),
    },
    sizes: {
      minBytes: config.sizes?.minBytes === undefined ? null : toBytes(config.sizes.minBytes),
      minRatioToDatabase:
        config.sizes?.minRatioToDatabase === undefined ? null : parseRatio(config.sizes.minRatioToDatabase),
      tables: byTable(config.sizes?.tables, toBytes),
    },
    budgets: {
      rpoMs: config.budgets?.rpo === undefined ? null : parseDuration(config.budgets.rpo),
      rtoMs: config.budgets?.rto === undefined ? null : parseDuration(config.budgets.rto),
      drillMs: parseDuration(config.budgets?.drill ?? defaults.drill),
    },
    timeLimitMs: parseDuration(config.timeLimit ?? defaults.timeLimit),
    queries: (config.queries ?? []).map(normaliseQuery),
    access: {
      roles: (config.access?.roles ?? []).map(({ role, claims, settings }) => ({
        role,
        claims: claims ?? {},
        settings: settings ?? {},
      })),
      users: config.access?.users ?? defaults.accessUsers,
    },
    waivers: config.waivers ?? [],
    engine: {
      kind: engine?.kind ?? defaults.engine,
      image: engine?.image ?? null,
      superuser: engine?.superuser ?? null,
      connection: engine?.connection ?? null,
      systemIdentifier: engine?.systemIdentifier ?? null,
    },
    restorer: config.restorer ?? defaults.restorer,
    migration: {
      command: config.migration?.command ?? null,
      env: config.migration?.env ?? [],
      timeoutMs: parseDuration(config.migration?.timeout ?? defaults.migrationTimeout),
      url: config.migration?.url ?? defaults.migrationUrl,
    },
    specs: config.specs ?? defaults.specs,
    out: resolve(root, config.out ?? defaults.out),
    history: resolve(root, config.history ?? defaults.history),
    retention: normaliseRetention(config.retention ?? {}),
    notify: { webhook: config.notify?.webhook ?? null },
  }
}

function normaliseRetention({
  labels = {},
  ...counts
}: NonNullable<ParsedConfig['retention']>): ConfigValues['retention'] {
  const terms = Object.entries(labels).map(([label, term]) => {
    return [label, term === 'forever' || term === 'schedule' ? term : parseDuration(term)] as const
  })
  const given = Object.entries(counts).filter(([, count]) => count !== undefined)
  return { counts: Object.fromEntries(given), labels: Object.fromEntries(terms) }
}

function normaliseQuery(query: NonNullable<ParsedConfig['queries']>[number]): QueryExpectation {
  const { rows, value } = query.expect
  return {
    name: query.name,
    sql: query.sql,
    rows: rows === undefined ? null : typeof rows === 'number' ? { min: rows, max: rows } : bounds(rows),
    value:
      value === undefined
        ? null
        : typeof value === 'object' && value !== null
          ? { kind: 'between', ...bounds(value) }
          : { kind: 'equals', value },
  }
}

/** A path, unless it is a variable or a key itself. */
function placeOf(place: string | undefined, root: string): string | null {
  if (place === undefined) return null
  return /^(?:env:|ed25519:|AGE-SECRET-KEY-)/.test(place) ? place : resolve(root, place)
}

function bounds(range: Range): Bounds {
  return { min: range.min ?? null, max: range.max ?? null }
}

function toBytes(size: Size): number {
  return typeof size === 'number' ? size : parseBytes(size)
}

function byTable<T, U>(record: Readonly<Record<string, T>> | undefined, convert: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([table, value]) => [qualifyTable(table), convert(value)]))
}
