import { quoteIdentifier, type SqlRunner } from '../core/index.ts'
import type { MigrationServer } from './types.ts'

/** What the restored copy is called while its clone has its name. */
const asideSuffix = '_rehearsed'
/** Longest name that PostgreSQL takes, in bytes; the suffix is ASCII. */
const longestName = 63

/** From here on a copy of files is cheaper than a copy by log (PostgreSQL 15 has both). */
const manyBytes = 256 * 1024 * 1024

/** The restored copy and its clone, in each other's place until disposed. */
export interface Clone extends AsyncDisposable {
  /** As the restored copy was called: migrations name their database. */
  readonly database: string
  /** Where the restored copy is meanwhile. */
  readonly aside: string
}

/**
 * Clones a database and gives the clone its name. What CREATE DATABASE leaves behind (owner, privileges, settings,
 * comment) is carried over. Disposing drops the clone and gives the copy its name back. Needs a superuser.
 */
export async function cloneDatabase(
  server: MigrationServer,
  database: string,
  databaseBytes: number,
  signal: AbortSignal,
): Promise<Clone> {
  const aside = asideName(database)
  const from = quoteIdentifier(aside)
  const to = quoteIdentifier(database)
  await using session = await server.connect('template1', { signal })
  await session.query('SET search_path = pg_catalog')
  await empty(session, database)
  await session.query(`ALTER DATABASE ${to} RENAME TO ${from}`)
  const clone: Clone = {
    database,
    aside,
    async [Symbol.asyncDispose]() {
      await using last = await server.connect('template1')
      await empty(last, database)
      await last.query(`DROP DATABASE IF EXISTS ${to}`)
      await empty(last, aside)
      await last.query(`ALTER DATABASE ${from} RENAME TO ${to}`)
    },
  }
  try {
    const strategy = server.major >= 15 && databaseBytes > manyBytes ? ' STRATEGY FILE_COPY' : ''
    await session.query(`CREATE DATABASE ${to} TEMPLATE ${from}${strategy}`)
    for (const statement of carryOver) await session.query(statement, [aside, database])
    return clone
  } catch (thrown) {
    await clone[Symbol.asyncDispose]()
    throw thrown
  }
}

/** Cut by characters until it fits in bytes. */
function asideName(database: string): string {
  const letters = Array.from(database)
  while (Buffer.byteLength(letters.join('')) + asideSuffix.length > longestName) letters.pop()
  return `${letters.join('')}${asideSuffix}`
}

/** A test runner's last session may still be going, and a migration's may hang. */
async function empty(session: SqlRunner, database: string): Promise<void> {
  await session.query(
    'SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = $1 AND a.pid <> pg_catalog.pg_backend_pid()',
    [database],
  )
}

const here = `SELECT was.oid AS was, made.oid AS made FROM pg_catalog.pg_database AS was, pg_catalog.pg_database AS made
  WHERE was.datname = $1 AND made.datname = $2`

/** $1 the copy, $2 its clone. Superusers may write these catalogues (PostgreSQL 13 to 18). */
const carryOver = [
  `UPDATE pg_catalog.pg_database AS made SET datdba = was.datdba, datacl = was.datacl, datconnlimit = was.datconnlimit
   FROM pg_catalog.pg_database AS was WHERE was.datname = $1 AND made.datname = $2`,
  `WITH here AS (${here}) INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
   SELECT here.made, s.setrole, s.setconfig FROM here JOIN pg_catalog.pg_db_role_setting AS s ON s.setdatabase = here.was`,
  `WITH here AS (${here}) DELETE FROM pg_catalog.pg_shdepend AS d USING here
   WHERE d.dbid = 0 AND d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND d.objid = here.made`,
  `WITH here AS (${here}) INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype)
   SELECT d.dbid, d.classid, here.made, d.objsubid, d.refclassid, d.refobjid, d.deptype
   FROM here JOIN pg_catalog.pg_shdepend AS d ON d.dbid = 0 AND d.objid = here.was
    AND d.classid = 'pg_catalog.pg_database'::pg_catalog.regclass`,
  `WITH here AS (${here}) INSERT INTO pg_catalog.pg_shdescription (objoid, classoid, description)
   SELECT here.made, c.classoid, c.description FROM here JOIN pg_catalog.pg_shdescription AS c ON c.objoid = here.was
    AND c.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass`,
]
