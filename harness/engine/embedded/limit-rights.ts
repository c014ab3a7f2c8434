import { Fault, quoteIdentifier } from '../../core/index.ts'
import { connect, type ServerAddress, type Session } from '../../postgres/index.ts'

/** Who the superuser is called where it restores nothing. A dump that has a role of this name is refused that one. */
export const adminRole = 'rehearsal_admin'
/** Renames the other, who can't rename itself. */
const passingRole = 'rehearsal_passing'

/**
 * Takes a superuser's rights from the role that restores, on a server that nothing was restored into: the bootstrap
 * superuser gets another name, and its own goes to a role that may make roles and databases, sees all rows, and reaches
 * nothing outside the server. Not by SET ROLE: code in a dump could RESET that.
 */
export async function limitRights(
  address: ServerAddress,
): Promise<{ readonly limited: ServerAddress; readonly admin: ServerAddress }> {
  const admin = { ...address, user: adminRole }
  const limited = { ...address, isSuperuser: false }
  const name = quoteIdentifier(address.user)
  await say(address, `CREATE ROLE ${passingRole} SUPERUSER LOGIN`)
  await say({ ...address, user: passingRole }, `ALTER ROLE ${name} RENAME TO ${adminRole}`)
  await say(
    admin,
    `DROP ROLE ${passingRole};
     CREATE ROLE ${name} LOGIN NOSUPERUSER CREATEROLE CREATEDB BYPASSRLS;
     ${(address.major ?? 0) >= 16 ? `ALTER ROLE ${name} SET createrole_self_grant = 'set, inherit';` : keepFromGranting}`,
  )
  await requireLimited(limited)
  return { limited, admin }
}

/**
 * Before 16 whoever may make roles may also make members of all but superusers, and of the predefined roles that reach
 * the server's files and programs too: those are said to be superusers there. Nobody is a member, and none can log in.
 * https://www.postgresql.org/docs/15/role-attributes.html
 */
const keepFromGranting = `UPDATE pg_catalog.pg_authid SET rolsuper = true
  WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')`

/** As the role itself sees it: who else is a superuser, and what of a superuser's it may still do. */
async function requireLimited(address: ServerAddress): Promise<void> {
  await using session = await connect(address, 'template1')
  const [row] = await session.query(
    `SELECT pg_catalog.current_setting('is_superuser') AS super,
       (SELECT pg_catalog.string_agg(rolname::text, ', ') FROM pg_catalog.pg_roles WHERE rolsuper AND rolcanlogin) AS all_super,
       (SELECT count(*) FROM pg_catalog.pg_roles
        WHERE rolname <> current_user AND pg_catalog.pg_has_role(current_user, oid, 'member')) AS more`,
  )
  if (row?.['super'] === 'off' && row['all_super'] === adminRole && row['more'] === '0') return
  throw new Fault('E_DEFECT', 'the role that restores has more rights than it should', { facts: { ...row } })
}

/** In sessions that come after each other: none of the roles can be changed by itself. */
async function say(as: ServerAddress, statements: string): Promise<void> {
  await using session = await connect(as, 'template1')
  await session.query(statements)
}

/**
 * A superuser's session that finds nothing but the server's own by name, and in which no trigger fires: whatever the
 * restoring role has set for its database or left in it.
 */
export async function connectAsAdmin(admin: ServerAddress, database: string): Promise<Session> {
  const session = await connect(admin, database)
  const isReady = await session.execute(
    `SET search_path = pg_catalog, pg_temp; SET ROLE NONE; SET session_replication_role = replica;
     SET lock_timeout = '10s'; SET default_transaction_read_only = off; SET TRANSACTION READ WRITE; SET row_security = on; SET check_function_bodies = on`,
  )
  if (isReady.ok) return session
  await session[Symbol.asyncDispose]()
  throw new Fault('E_DEFECT', `a session beside the restore can't be had: ${isReady.refusal.code}`)
}

/** What a database's owner has of it that a new one's has not: its schema `public` belongs to initdb's role before 15. */
export async function giveDatabase(admin: Session, name: string, owner: string): Promise<void> {
  await admin.query(`ALTER DATABASE ${quoteIdentifier(name)} OWNER TO ${quoteIdentifier(owner)}`)
}
