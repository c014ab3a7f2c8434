import { Fault, formatCount, type SqlRunner } from '../../core/index.ts'
import { readServer, type ServerFacts } from '../../facts/index.ts'
import type { TargetPlace } from '../../postgres/index.ts'
import { findContent, type DatabaseContent } from './find-content.ts'

/** A server by what no two running ones share. */
export interface ServerIdentity {
  /** Shared by a server's physical copies. Null where our role may not read it. */
  readonly systemIdentifierHash: string | null
  /** To the microsecond. */
  readonly startedAt: string
}

/** What the target is, before anything is written there. */
export interface TargetState extends ServerIdentity {
  readonly place: TargetPlace
  readonly server: ServerFacts
  readonly content: DatabaseContent
  readonly roles: ReadonlySet<string>
  readonly schemas: ReadonlySet<string>
}

export async function identify(sql: SqlRunner): Promise<ServerIdentity & { readonly server: ServerFacts }> {
  const server = await readServer(sql)
  const [row] = await sql.query('SELECT extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text AS started_at')
  return { server, systemIdentifierHash: server.systemIdentifierHash, startedAt: row?.['started_at'] ?? '' }
}

/** Looks, and throws `E_TARGET_READ_ONLY` where nothing could be written. */
export async function lookAtTarget(sql: SqlRunner, place: TargetPlace): Promise<TargetState> {
  const identity = await identify(sql)
  const [row] = await sql.query(`
    SELECT pg_catalog.pg_is_in_recovery()::text AS standby,
      pg_catalog.current_setting('transaction_read_only') AS read_only,
      pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::text AS may_create`)
  const why =
    row?.['standby'] === 'true'
      ? 'is a standby'
      : row?.['read_only'] === 'on'
        ? 'is read-only'
        : row?.['may_create'] === 'true'
          ? null
          : `does not let ${place.user} create anything in ${place.database}`
  if (why !== null) {
    throw new Fault('E_TARGET_READ_ONLY', `the target ${why}`, {
      hint: 'restore as the owner of the database, into a server that takes writes',
    })
  }
  const names = async (query: string): Promise<ReadonlySet<string>> =>
    new Set((await sql.query(query)).map((one) => one['name'] ?? ''))
  return {
    ...identity,
    place,
    content: await findContent(sql),
    roles: await names('SELECT r.rolname AS name FROM pg_catalog.pg_roles AS r'),
    schemas: await names('SELECT n.nspname AS name FROM pg_catalog.pg_namespace AS n'),
  }
}

/** What is there already would be mixed with what comes out of the backup. */
export function requireEmpty({ content, place }: TargetState): void {
  if (content.objects === 0) return
  throw new Fault(
    'E_TARGET_NOT_EMPTY',
    `the target database ${place.database} is not empty: ${content.examples.join(', ')}${content.objects > content.examples.length ? `, … (${formatCount(content.objects)} objects)` : ''}`,
    {
      hint: 'make a new database and restore into that (createdb); rows alone go into existing, empty tables with --only data',
    },
  )
}

/** A dump of a newer server says what an older one does not understand. */
export function requireMajor({ server }: TargetState, dumpedMajor: number | null): void {
  if (dumpedMajor === null || server.major >= dumpedMajor) return
  throw new Fault('E_TARGET_VERSION', `the dump is of PostgreSQL ${dumpedMajor}, the target is ${server.version}`, {
    hint: `restore into PostgreSQL ${dumpedMajor} or newer`,
  })
}
