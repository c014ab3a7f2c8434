import type { Finding } from '../../compare/index.ts'
import { decide, planChecks, type Waiver } from '../../verdict/index.ts'
import { baseFindings, now, rowFindings, sampleFinding, sampleSituation } from './sample-findings.ts'
import { sampleGo } from './sample-go.ts'
import { publicIsThere, specs, steps, tables } from './sample-parts.ts'
import type { RehearsalRecord, SpecRecord, TableRecord } from '../types.ts'

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
        publicIsThere,
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
