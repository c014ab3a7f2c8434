import { formatBytes, formatCount } from '../harness/core/index.ts'
import { manyTables, mixedDatabase, narrowDatabase } from './databases/index.ts'

/** `inserts`: two files as the Supabase CLI writes them, definitions and multi-row INSERTs. */
export type Format = 'plain' | 'custom' | 'custom-none' | 'directory' | 'inserts'

export interface Scenario {
  readonly name: string
  /** For people. */
  readonly gist: string
  readonly unit: 'bytes' | 'rows' | 'tables'
  readonly amounts: readonly number[]
  readonly formats: readonly Format[]
  /** What the rehearsal is told to expect: tables without any rows are a NO-GO otherwise. */
  readonly expect: 'full' | 'schema'
  /** SQL that makes a database of that amount, the same each time. */
  readonly database: (amount: number) => readonly string[]
  /** Less than this, and all that is measured is how long a program takes to start: nothing is promised of that. */
  readonly promisedFrom: number
  /** At most this part of the other's time; null where nothing was promised. */
  readonly bar: (format: Format, server: ServerKind) => number | null
}

/** Which settings the contender's server has: those that Postgres comes with, or ours. */
export type ServerKind = 'default' | 'tuned'

const mebibyte = 1024 ** 2

const isArchive = (format: Format): boolean => format !== 'plain' && format !== 'inserts'

const usualBar: Scenario['bar'] = (format, server) =>
  isArchive(format) ? { default: 0.85, tuned: 1 }[server] : { default: 0.65, tuned: 0.7 }[server]

export const scenarios: readonly Scenario[] = [
  {
    name: 'mixed',
    gist: 'eleven tables of uneven size, jsonb, arrays, GIN, foreign keys',
    unit: 'bytes',
    amounts: [100 * mebibyte, 500 * mebibyte, 2048 * mebibyte],
    promisedFrom: 90 * mebibyte,
    formats: ['plain', 'custom', 'custom-none', 'directory'],
    expect: 'full',
    database: mixedDatabase,
    bar: usualBar,
  },
  {
    name: 'tables',
    gist: 'empty tables, each with a key, a sequence, an index',
    unit: 'tables',
    amounts: [5_000],
    promisedFrom: 5_000,
    formats: ['plain'],
    expect: 'schema',
    database: manyTables,
    bar: (_format, server) => ({ default: 0.6, tuned: null })[server],
  },
  {
    name: 'narrow',
    gist: 'one long table of four columns',
    unit: 'rows',
    amounts: [5_000_000],
    promisedFrom: 5_000_000,
    formats: ['plain', 'custom'],
    expect: 'full',
    database: narrowDatabase,
    bar: usualBar,
  },
  {
    name: 'inserts',
    gist: 'the mixed tables as the Supabase CLI dumps data: schema.sql, then INSERTs',
    unit: 'bytes',
    amounts: [80 * mebibyte],
    promisedFrom: 60 * mebibyte,
    formats: ['inserts'],
    expect: 'full',
    database: mixedDatabase,
    bar: (_format, server) => ({ default: 0.4, tuned: null })[server],
  },
]

/** The whole rehearsal of the largest plain dump is promised to take no longer than psql alone. */
export const wholeBar = { ratio: 1, fromBytes: 2_000 * mebibyte }

/** The promise: memory does not grow with the dump. */
export const memoryBarBytes = 200 * mebibyte

/** `mixed 100 MB, plain`. */
export function nameCase(scenario: Scenario, amount: number, format: Format): string {
  return `${scenario.name} ${nameAmount(scenario, amount)}, ${format}`
}

export function nameAmount({ unit }: Scenario, amount: number): string {
  return unit === 'bytes' ? formatBytes(amount) : `${formatCount(amount)} ${unit}`
}
