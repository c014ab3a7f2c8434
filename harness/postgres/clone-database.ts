import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, quoteIdentifier, type SqlRunner } from '../core/index.ts'

/**
 * PostgreSQL 15 and later copy by log or by files. By files it waits for two checkpoints of the whole server: where
 * nothing is synced (our own servers) that costs nothing, and it is faster at any size (measured from 7 MB, in half the
 * time, to 1.5 GB, in a third). On a server that does sync, up to this size the log is the lesser burden.
 */
const fewBytes = 64 * 1024 * 1024
/** A session that was told to end does so within milliseconds; one that is being started may take a while. */
const emptyingMs = 10_000
/** Sessions that come back between being ended and the copy; the server itself waits five seconds for each try. */
const tries = 5
const objectInUse = '55006'

/**
 * Makes database `to`, a whole copy of `from` with its owner, privileges, settings and comment (these only where the
 * session is a superuser's). Ends all other sessions of `from`, and waits until they are gone; who connects to it
 * meanwhile waits until the copy is made. The session must be on a third database. Costs the bytes of the database.
 * https://www.postgresql.org/docs/current/sql-createdatabase.html
 */
export async function cloneDatabase(session: SqlRunner, from: string, to: string): Promise<void> {
  const [server] = await session.query(
    `SELECT pg_catalog.current_setting('server_version_num') AS number,
            pg_catalog.current_setting('is_superuser') AS rules,
            pg_catalog.current_setting('fsync') AS syncs,
            pg_catalog.pg_database_size($1::pg_catalog.text::pg_catalog.name) AS bytes`,
    [from],
  )
  const canChoose = Number(server?.['number']) >= 150_000
  const byFiles = server?.['syncs'] === 'off' || Number(server?.['bytes']) > fewBytes
  const strategy = canChoose ? ` STRATEGY ${byFiles ? 'FILE_COPY' : 'WAL_LOG'}` : ''
  const statement = `CREATE DATABASE ${quoteIdentifier(to)} TEMPLATE ${quoteIdentifier(from)}${strategy}`
  for (let left = tries; ; left -= 1) {
    await endSessions(session, from)
    try {
      await session.query(statement)
      break
    } catch (thrown) {
      if (left === 1 || !(thrown instanceof Fault) || thrown.facts['sqlstate'] !== objectInUse) throw thrown
    }
  }
  if (server?.['rules'] === 'on') for (const text of carryOver) await session.query(text, [from, to])
}

/** Also while others are connected to it. Nothing to do where there is none. */
export async function dropDatabase(session: SqlRunner, name: string): Promise<void> {
  await endSessions(session, name)
  await session.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`)
}

/** Ends every other session of a database, background workers too, and waits until they are gone. */
export async function endSessions(session: SqlRunner, database: string): Promise<void> {
  const end = performance.now() + emptyingMs
  for (;;) {
    const going = await session.query(
      `SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a
       WHERE a.datname OPERATOR(pg_catalog.=) $1::pg_catalog.text::pg_catalog.name
         AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()`,
      [database],
    )
    if (going.length === 0) return
    if (performance.now() > end) {
      throw new Fault('E_TIMEOUT', `${going.length} sessions of a database do not end`, { hint: 'run again' })
    }
    await sleep(10)
  }
}

const here = `SELECT was.oid AS was, made.oid AS made FROM pg_catalog.pg_database AS was, pg_catalog.pg_database AS made
  WHERE was.datname = $1 AND made.datname = $2`

/** $1 the database, $2 its copy. Superusers may write these catalogues (PostgreSQL 13 to 18). */
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
