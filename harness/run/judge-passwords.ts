import type { DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'

/** More are one line: a Supabase project has eight of the platform's own. */
const fewRoles = 3

/**
 * Roles of the backup that may log in, and that it has no password of: whoever logs in as one of them can't after a
 * restore. A notice: no baseline holds passwords, and production may let such a role in by other means.
 */
export async function judgePasswords(
  session: Session,
  { foreign }: Pick<DisposableServer, 'foreign'>,
  { restored }: DumpChoice,
  book: FindingBook,
): Promise<void> {
  const created = [...new Set(restored.flatMap(({ summary }) => summary.rolesCreated))]
  // A server that is not ours has roles, and passwords, of its own.
  if (foreign || created.length === 0) return
  await session.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  const [mayRead] = await session.query(
    `SELECT pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')::pg_catalog.text AS answer`,
  )
  if (mayRead?.['answer'] !== 'true') return
  // 13 to 18. 10 is who rules the server: the engine made it.
  const rows = await session.query(
    `SELECT a.rolname AS name FROM pg_catalog.pg_authid AS a
      WHERE a.rolcanlogin AND a.rolpassword IS NULL AND a.oid <> 10
        AND a.rolname::pg_catalog.text IN (SELECT pg_catalog.json_array_elements_text($1::pg_catalog.json))
      ORDER BY a.rolname`,
    [JSON.stringify(created)],
  )
  const remedy = 'set one after a restore, or dump the roles as a superuser, without --no-role-passwords'
  if (rows.length > fewRoles) {
    const names = rows.map(({ name }) => name).join(', ')
    book.notice(
      'restore',
      null,
      `${rows.length} roles may log in, and the backup has no password of them: ${names}`,
      remedy,
    )
    return
  }
  for (const { name } of rows)
    book.notice('restore', name ?? null, `role ${name} may log in, and the backup has no password of it`, remedy)
}
