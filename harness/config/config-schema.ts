import { z } from 'zod'
import {
  connectionName,
  count,
  day,
  duration,
  name,
  projectAddress,
  projectRef,
  range,
  ratio,
  size,
  timeLimit,
  variableName,
  variableOf,
} from './field-types.ts'
import { qualifyTable } from './qualify-table.ts'
import { oneOf, section } from './section.ts'
import type { RehearsalConfig } from './rehearsal-config.ts'

const schemaName = name('write the name of a schema')
const tableName = name('write the name of a table, like "public.users"')
const tables = z.array(tableName, { error: 'write a list of tables, like ["public.users"]' })
const byTable = <T extends z.ZodType>(value: T) =>
  z
    .record(tableName, value, { error: 'write an object by table, like { "public.users": … }' })
    .refine(
      (record) => isWithoutTwins(Object.keys(record).map(qualifyTable)),
      'a table stands there twice, with and without its schema; keep one',
    )

const query = section({
  name: name('write a name for the report'),
  sql: z.string({ error: 'write one SELECT' }).trim().min(1, 'write one SELECT').max(100_000),
  expect: section({
    rows: z.union([count, range], { error: 'write a number of rows, or { min, max }' }).optional(),
    value: z
      .union([z.string(), z.number(), z.boolean(), z.null(), range], {
        error: 'write a text, a number, true, false, null, or { min, max }',
      })
      .optional(),
  }).refine(({ rows, value }) => rows !== undefined || value !== undefined, 'say what to expect: rows, value or both'),
})

const settingName = /^(?:search_path|[a-z_]\w*(?:\.[a-z_]\w*)+)$/i
const viewer = section({
  role: name('write the name of a role'),
  claims: z
    .record(z.string(), z.unknown(), { error: "write an object of claims, like { sub: '…', tenant: 7 }" })
    .optional(),
  settings: z
    .record(z.string().regex(settingName, 'write a setting with a dot in its name, or search_path'), z.string(), {
      error: "write an object of settings, like { 'app.tenant': '7' }",
    })
    .optional(),
})

const waiver = section({
  check: name('write the name of a check, as the report prints it'),
  object: name('write the object, as the report prints it'),
  reason: name('write why this may stay'),
  owner: name('write who answers for it'),
  expires: day,
})

const retention = section({
  last: count.optional(),
  daily: count.optional(),
  weekly: count.optional(),
  monthly: count.optional(),
  yearly: count.optional(),
  floor: count.min(1, 'write a number of sets, at least 1').optional(),
  labels: z
    .record(
      name('write a label'),
      z.union([duration, z.literal('forever'), z.literal('schedule')], {
        error: `write a duration such as "30d", "forever", or "schedule"`,
      }),
      { error: "write an object by label, like { 'pre-migration': '60d' }" },
    )
    .optional(),
})

const engineKind = oneOf(['auto', 'embedded', 'container', 'server'])

export const configSchema = section({
  project: name('write a name').optional(),
  backup: section({
    path: name('write the path of a folder of backup sets, of a set, or of a dump'),
    protect: z.boolean({ error: 'write true or false' }).optional(),
  }),
  encrypt: section({
    recipients: z
      .array(name('write a public key: age1…'), { error: 'write a list of public keys, like ["age1…"]' })
      .optional(),
    recipientsFile: name('write the path of a file with a public key a line').optional(),
    identity: name('write env:NAME, or the path of a key file').optional(),
    plaintext: name('write the path of a folder').optional(),
  }).optional(),
  signing: section({
    key: name('write env:NAME, or the path of a key file').optional(),
    publicKey: name('write the public key (ed25519:…), or the path of its file').optional(),
  }).optional(),
  database: name('write the name of a database').optional(),
  production: connectionName.optional(),
  supabase: section({
    url: projectAddress.optional(),
    key: variableOf('the project’s secret key', 'SUPABASE_SECRET_KEY').optional(),
    projectRef: projectRef.optional(),
  }).optional(),
  baseline: name('write the path of a facts file').optional(),
  parity: oneOf(['required', 'not-required']).optional(),
  expect: oneOf(['full', 'schema', 'data']).optional(),
  depth: oneOf(['rows', 'counts']).optional(),
  inoculate: z.boolean({ error: 'write true or false' }).optional(),
  schemas: z
    .array(schemaName, { error: 'write a list of schemas, like ["public"]' })
    .min(1, 'name at least one schema, or leave it out to compare all')
    .optional(),
  tables: section({
    expected: tables.optional(),
    minCount: z
      .union([count, z.record(schemaName, count)], { error: 'write a number, or an object by schema: { public: 31 }' })
      .optional(),
    critical: tables.optional(),
    minRows: byTable(count).optional(),
  }).optional(),
  tolerances: section({ rows: ratio.optional(), tables: byTable(ratio).optional() }).optional(),
  sizes: section({
    minBytes: size.optional(),
    minRatioToDatabase: ratio.optional(),
    tables: byTable(size).optional(),
  }).optional(),
  budgets: section({ rpo: duration.optional(), rto: duration.optional(), drill: timeLimit.optional() }).optional(),
  timeLimit: timeLimit.optional(),
  queries: z
    .array(query, { error: 'write a list of { name, sql, expect }' })
    .refine(
      (entries) => isWithoutTwins(entries.map((entry) => entry.name)),
      'two queries have the same name; give each its own',
    )
    .optional(),
  access: section({
    roles: z.array(viewer, { error: 'write a list of { role, claims, settings }' }).optional(),
    users: count.max(100, 'write a number of users, at most 100').optional(),
  }).optional(),
  waivers: z
    .array(waiver, { error: 'write a list of { check, object, reason, owner, expires }' })
    .refine(
      (entries) => isWithoutTwins(entries.map(({ check, object }) => JSON.stringify([check, object]))),
      'two waivers say the same; keep one',
    )
    .optional(),
  engine: z
    .union(
      [
        engineKind,
        section({
          kind: engineKind.optional(),
          image: name('write the name of an image, best with its digest').optional(),
          superuser: name('write the name of a role').optional(),
          connection: connectionName.optional(),
          systemIdentifier: z
            .string({ error: 'write it in quotes: it has more digits than a number keeps' })
            .regex(/^\d{1,20}$/, 'write the digits that SELECT system_identifier FROM pg_control_system() prints')
            .optional(),
        }).refine(({ kind, connection }) => kind !== 'server' || connection !== undefined, {
          path: ['connection'],
          message: "engine 'server' needs the server named: connection: 'env:REHEARSAL_TARGET'",
        }),
      ],
      { error: "write 'auto', 'embedded', 'container', 'server', or { kind, image, superuser, connection }" },
    )
    .optional(),
  restorer: oneOf(['ours', 'stock', 'both']).optional(),
  migration: section({
    command: name('write the command that migrates, like "npx drizzle-kit migrate"').optional(),
    env: z
      .array(variableName, { error: 'write a list of names of environment variables, like ["MIGRATIONS_FOLDER"]' })
      .optional(),
    timeout: timeLimit.optional(),
    url: oneOf(['tcp', 'socket']).optional(),
  }).optional(),
  specs: z.array(name('write a glob'), { error: 'write a list of globs, like ["specs/**/*.spec.ts"]' }).optional(),
  out: name('write the path of a folder').optional(),
  history: name('write the path of a file').optional(),
  retention: retention.optional(),
  notify: section({ webhook: connectionName.optional() }).optional(),
}) satisfies z.ZodType<unknown, RehearsalConfig>

function isWithoutTwins(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length
}
