import { createHash } from 'node:crypto'
import { scrubLine, type Row, type SqlRunner } from '../core/index.ts'

/** A role that config names, with what it brings along. */
export interface RoleClaim {
  readonly role: string
  /** What `request.jwt.claims` holds. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Further settings: names with a dot (`app.tenant`), or `search_path`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface AccessRequest {
  /** Looked as in addition to the API roles that exist. */
  readonly roles: readonly RoleClaim[]
  /** So many users of `auth.users`, the first by id, look as `authenticated`. */
  readonly users: number
}

export const defaultAccess: AccessRequest = { roles: [], users: 3 }

/** One way to come to a database. The settings may hold an id: they are sent to the server and shown nowhere. */
export interface Viewer {
  readonly name: string
  readonly role: string
  readonly user: string | null
  readonly settings: Readonly<Record<string, string>>
}

/** Roles that Supabase's (PostgREST's) API comes with. https://supabase.com/docs/guides/database/postgres/roles */
export const apiRoles: readonly string[] = ['anon', 'authenticated', 'service_role']

/** Those of them that exist here, then config's, then users. Checked on 13 to 18. */
export async function listViewers(sql: SqlRunner, request: AccessRequest): Promise<readonly Viewer[]> {
  const existing = await sql.query(
    'SELECT r.rolname AS role FROM pg_catalog.pg_roles AS r WHERE r.rolname::text = ANY ($1::text[])',
    [arrayOf(apiRoles)],
  )
  const roles = new Set(existing.map(({ role }) => role))
  const users = roles.has('authenticated') && request.users > 0 ? await firstUsers(sql, request.users) : []
  return [
    ...apiRoles.filter((role) => roles.has(role)).map(asNobody),
    ...(roles.has('authenticated') && request.users > 0 ? [asStranger()] : []),
    ...request.roles.map(asConfigured),
    ...users.map(asUser),
  ]
}

export function asNobody(role: string): Viewer {
  return { name: role, role, user: null, settings: requestSettings({ role }) }
}

export function asUser(id: string): Viewer {
  const user = hashOf(id)
  const settings = requestSettings({ sub: id, role: 'authenticated', aud: 'authenticated' })
  return { name: `user ${user.slice(0, 8)}`, role: 'authenticated', user, settings }
}

/** No row of anybody's has this id: every bit of a random one is set. */
const idOfNobody = 'ffffffff-ffff-4fff-bfff-ffffffffffff'

/** Somebody who is signed in, and whom no row knows: what it sees, whoever signs up sees. */
export function asStranger(): Viewer {
  return { ...asUser(idOfNobody), name: stranger }
}

export const stranger = 'stranger'

/** Told apart by a hash of what it brings: claims may say who somebody is. */
export function asConfigured({ role, claims = {}, settings = {} }: RoleClaim): Viewer {
  const brought = Object.keys(claims).length + Object.keys(settings).length > 0
  const mark = hashOf(JSON.stringify([claims, settings])).slice(0, 8)
  return {
    name: scrubLine(brought ? `${role} with claims ${mark}` : `${role} of the config`),
    role,
    user: null,
    settings: { ...requestSettings({ role, ...claims }), ...settings },
  }
}

/** As PostgREST sets them, for policies that read one without allowing for its absence. */
function requestSettings(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    'request.jwt.claims': JSON.stringify(claims),
    'request.jwt.claim.sub': text(claims['sub']),
    'request.jwt.claim.role': text(claims['role']),
    'request.headers': '{}',
    'request.cookies': '{}',
    'request.method': 'GET',
    'request.path': '/',
  }
}

async function firstUsers(sql: SqlRunner, most: number): Promise<readonly string[]> {
  if (!(await mayReadUsers(sql))) return []
  const rows = await sql.query(`SELECT u.id::text AS id FROM auth.users AS u ORDER BY u.id LIMIT ${Math.trunc(most)}`)
  return ids(rows)
}

/** The ids behind hashes, as far as these users are in this database. */
export async function findUsers(sql: SqlRunner, hashes: readonly string[]): Promise<readonly string[]> {
  if (hashes.length === 0 || !(await mayReadUsers(sql))) return []
  const rows = await sql.query(
    `SELECT u.id::text AS id FROM auth.users AS u
      WHERE pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to('rehearsal ' || u.id::text, 'UTF8')), 'hex') = ANY ($1::text[])
      ORDER BY u.id`,
    [arrayOf(hashes)],
  )
  return ids(rows)
}

/** An ordinary table with an id, that this session may read past its row security. */
async function mayReadUsers(sql: SqlRunner): Promise<boolean> {
  const [row] = await sql.query(`
    SELECT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND coalesce((SELECT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped), false)
      AND NOT pg_catalog.row_security_active(c.oid))::text AS readable
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'auth' AND c.relname = 'users' AND c.relkind IN ('r', 'p')`)
  return row?.['readable'] === 'true'
}

function ids(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ id }) => id ?? [])
}

/** Not one that could be looked up: an id is hashed with our own word before it. */
function hashOf(text: string): string {
  return createHash('sha256').update(`rehearsal ${text}`).digest('hex')
}

/** A text array's literal. */
function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/(["\\])/g, '\\$1')}"`).join(',')}}`
}
