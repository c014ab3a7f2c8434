import type { CheckId, Finding } from '../../compare/index.ts'
import type { Situation } from '../../verdict/index.ts'

/* Test support: what a rehearsal finds, of one project. */

export const tableRows: Readonly<Record<string, number>> = {
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

export const now = new Date('2026-03-10T06:12:30.000Z')

export function sampleFinding(check: CheckId, status: Finding['status'], rest: Partial<Finding>): Finding {
  const plain = { object: null, notice: false, expected: null, actual: null, remedy: null, attribution: null }
  return { check, status, message: `${check} ${status}`, ...plain, ...rest }
}

const same = (check: CheckId, message: string, object: string | null = null): Finding =>
  sampleFinding(check, 'same', { message, object })

export function rowFindings(): Finding[] {
  return Object.entries(tableRows).flatMap(([name, rows]) => {
    const object = `public.${name}`
    const counted = { object, expected: String(rows), actual: String(rows), message: `${rows} rows` }
    return [sampleFinding('row counts', 'same', counted), same('row content', 'every row is equal', object)]
  })
}

export const baseFindings: readonly Finding[] = [
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
