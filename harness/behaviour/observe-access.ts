import type { SqlRunner } from '../core/index.ts'
import { identityOf, type AccessFacts, type SightFact, type ViewerFact } from '../facts/index.ts'
import { grantsQuery } from './grants-query.ts'
import { lookTogether } from './look-together.ts'
import type { Look, LookLimits, Lookup } from './read-sights.ts'
import { unsettledQuery } from './unsettled-query.ts'
import type { Viewer } from './viewers.ts'

export interface ObserveAccessOptions {
  /** Who looks ({@link listViewers}). */
  readonly viewers: readonly Viewer[]
  /** The schemas that facts were taken of. */
  readonly schemas: readonly string[]
  /** One relation alone, by identity. */
  readonly relation?: string
  readonly fingerprint: boolean
  /** Of one SELECT, milliseconds. */
  readonly statementTimeoutMs: number
  /** Of all of them together, milliseconds. */
  readonly deadlineMs: number
  /** It is no copy: a role that is not there is missing in no backup. */
  readonly isSource?: boolean
  readonly signal?: AbortSignal
}

interface Grant extends Lookup {
  readonly oid: string
  readonly role: string
  readonly kind: SightFact['kind']
  readonly privileges: string
  readonly filtered: boolean
  readonly personal: boolean
  readonly allColumns: boolean
}

interface Nature {
  readonly unsettled: SightFact['unsettled']
  /** It calls another server: not ours to ask. */
  readonly outside: boolean
}

/**
 * What every viewer sees of every relation it may reach. In the read-only transactions that the caller has open (in
 * production: those of the facts), where the viewers' policies and views are run as any client would run them, within
 * the limits. Only what row security filters, and views, are read: everything else a viewer sees whole. Over several
 * sessions, which see the same rows.
 */
export async function observeAccess(
  sessions: readonly SqlRunner[],
  options: ObserveAccessOptions,
): Promise<AccessFacts> {
  const { viewers, schemas, fingerprint, statementTimeoutMs, deadlineMs, signal } = options
  const [sql] = sessions
  if (!sql) throw new TypeError('one session at least')
  if (viewers.length === 0 || schemas.length === 0) return { viewers: viewers.map(withoutSights) }
  const granted = await readGrants(sql, [...new Set(viewers.map(({ role }) => role))], schemas)
  const grants = granted.filter(
    ({ schema, name }) => (options.relation ?? identityOf([schema, name])) === identityOf([schema, name]),
  )
  const natures = await readNatures(sql, grants)
  const blocks = await readBlocks(sql, viewers, options.isSource ?? false)
  const limits: LookLimits = { fingerprint, statementTimeoutMs, endsAtMs: performance.now() + deadlineMs, signal }
  const isRead = (grant: Grant): boolean => isAsked(grant) && natures.get(grant.oid)?.outside !== true
  const read = grants.filter(isRead)
  const wishes = viewers
    .filter(({ role }) => !blocks.has(role))
    .map((viewer) => ({ viewer, lookups: read.filter((grant) => isAskedAs(viewer, grant)) }))
  const looks = await lookTogether(sessions, wishes, limits)
  return {
    viewers: viewers.map((viewer): ViewerFact => {
      const blocked = blocks.get(viewer.role)
      if (blocked) return { ...withoutSights(viewer), blocked }
      const seen = looks.get(viewer)
      const sights = grants.flatMap((grant) => {
        const look = seen?.get(grant)
        // Who comes as a user has the role's privileges.
        if (grant.role !== viewer.role || (look === undefined && viewer.user !== null)) return []
        return sightOf(grant, look, natures.get(grant.oid)?.unsettled, fingerprint)
      })
      return { ...withoutSights(viewer), sights }
    }),
  }
}

/** What policies filter by the row alone, a user sees as its role does. */
function isAskedAs({ role, user }: Viewer, grant: Grant): boolean {
  return grant.role === role && (user === null || grant.kind === 'view' || grant.personal)
}

/** A materialised view may be stale where the backup was taken; what nothing filters is compared as the table itself. */
function isAsked({ kind, privileges, filtered }: Grant): boolean {
  return privileges.includes('SELECT') && (kind === 'view' || (kind === 'table' && filtered))
}

function sightOf(
  grant: Grant,
  look: Look | undefined,
  unsettled: SightFact['unsettled'],
  fingerprint: boolean,
): SightFact {
  const { schema, name, kind, privileges, allColumns, columns, key } = grant
  const known = {
    relation: identityOf([schema, name]),
    kind,
    privileges,
    ...(allColumns || !privileges.includes('SELECT') ? {} : { columns }),
  }
  if (look === undefined) {
    const isWhole = kind === 'table' && !grant.filtered && privileges.includes('SELECT')
    return { ...known, rows: isWhole ? 'all' : 'unread', fingerprint: null }
  }
  const settled = unsettled === undefined ? {} : { unsettled }
  if ('sqlstate' in look) return { ...known, ...settled, rows: '0', fingerprint: null, sqlstate: look.sqlstate }
  const hashed = fingerprint && key !== null ? { key } : {}
  return { ...known, ...settled, rows: look.rows, fingerprint: look.fingerprint, ...hashed }
}

async function readGrants(sql: SqlRunner, roles: readonly string[], schemas: readonly string[]): Promise<Grant[]> {
  const rows = await sql.query(grantsQuery(roles, schemas))
  return rows.map((row) => ({
    oid: row['oid'] ?? '',
    role: row['role'] ?? '',
    schema: row['schema'] ?? '',
    name: row['name'] ?? '',
    kind: row['kind'] as SightFact['kind'],
    privileges: row['privileges'] ?? '',
    filtered: row['filtered'] === 'true',
    personal: row['personal'] === 'true',
    allColumns: row['all columns'] === 'true',
    columns: JSON.parse(row['columns'] ?? '[]') as readonly string[],
    key: JSON.parse(row['key'] ?? 'null') as readonly string[] | null,
    keyHash: row['key hash'] ?? null,
  }))
}

async function readNatures(sql: SqlRunner, grants: readonly Grant[]): Promise<ReadonlyMap<string, Nature>> {
  const oids = [...new Set(grants.filter(isAsked).map(({ oid }) => oid))]
  if (oids.length === 0) return new Map()
  const rows = await sql.query(unsettledQuery(oids))
  return new Map(
    rows.map((row) => [
      row['oid'] ?? '',
      {
        unsettled: row['moment'] === 'true' ? 'moment' : row['order'] === 'true' ? 'order' : undefined,
        outside: row['outside'] === 'true',
      },
    ]),
  )
}

/** Roles that are not there, and roles that this session may not become. 13 to 18: since 16, membership alone is not enough. */
async function readBlocks(
  sql: SqlRunner,
  viewers: readonly Viewer[],
  isSource: boolean,
): Promise<ReadonlyMap<string, { readonly why: string; readonly remedy: string }>> {
  const blocks = new Map<string, { readonly why: string; readonly remedy: string }>()
  for (const role of new Set(viewers.map((viewer) => viewer.role))) {
    const [row] = await sql.query(
      `SELECT session_user::text AS observer, pg_catalog.pg_has_role(session_user, r.oid,
          CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)::text AS may
        FROM pg_catalog.pg_roles AS r WHERE r.rolname::text = $1`,
      [role],
    )
    if (row?.['may'] === 'true') continue
    blocks.set(
      role,
      row
        ? { why: `${row['observer']} may not act as ${role}`, remedy: `GRANT ${role} TO ${row['observer']}` }
        : {
            why: `there is no role ${role}`,
            remedy: isSource ? lookless : 'back up the roles too (pg_dumpall --roles-only)',
          },
    )
  }
  return blocks
}

/** Who is named by config, or is a role of Supabase's that every copy gets where a backup names another of them. */
const lookless = 'nobody can look as it there; if config names it (access.roles), take it out, or make the role'

function withoutSights({ name, role, user }: Viewer): ViewerFact {
  return { name, role, user, sights: [] }
}
