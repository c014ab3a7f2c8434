import { quoteIdentifier } from '../../core/index.ts'
import type { Outcome, Session } from '../../postgres/index.ts'
import type { Order } from './read-order.ts'

/**
 * Who gives an object away without being a superuser needs an owner to be that may make such an object in its schema: a
 * superuser is not asked for that. The owner may, for as long as this one statement takes, where the schema is ours to
 * grant on; what it could do before and after is as the dump says. One transaction: what is refused leaves nothing.
 * Null where that is not what it wants. https://www.postgresql.org/docs/current/sql-altertable.html (OWNER TO)
 */
export async function lendCreate(
  session: Session,
  { name: [schema, ...rest], owner }: Order & { readonly kind: 'change owner' },
  text: Uint8Array,
): Promise<Outcome | null> {
  if (schema === undefined || rest.length !== 1) return null
  const [row] = await session.query(
    `SELECT pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')::text AS may
     FROM pg_catalog.pg_namespace AS n, pg_catalog.pg_roles AS r WHERE n.nspname = $1 AND r.rolname = $2`,
    [schema, owner],
  )
  // Refused for another reason, or not there.
  if (row?.['may'] !== 'false') return null
  const [where, whom] = [quoteIdentifier(schema), quoteIdentifier(owner)]
  const statement = Buffer.from(text).toString('utf8').replace(/;\s*$/, '')
  return session.execute(
    `GRANT CREATE ON SCHEMA ${where} TO ${whom};\n${statement}\n;\nREVOKE CREATE ON SCHEMA ${where} FROM ${whom}`,
  )
}
