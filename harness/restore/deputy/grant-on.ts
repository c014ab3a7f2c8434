import { quoteIdentifier, quoteLiteral } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import { harmlessExtensions } from './create-extension.ts'
import type { GrantOn } from './read-grant.ts'

const catalogues = {
  routine: { table: 'pg_proc', prefix: 'pro', keyword: 'ROUTINE' },
  relation: { table: 'pg_class', prefix: 'rel', keyword: 'TABLE' },
  type: { table: 'pg_type', prefix: 'typ', keyword: 'TYPE' },
} as const

const harmless = [...harmlessExtensions].map(quoteLiteral).join(', ')

/**
 * Privileges on what an extension has brought: it belongs to whoever is the superuser, and so the restoring role may
 * neither give nor take them. Only of extensions that the restoring role could have made, or that reach nothing: never of
 * the server's own functions, some of which read files. Where the owner's own privileges are meant, the dump names the
 * role that restores: there it would be the owner.
 */
export async function grantOnMember(admin: Session, grant: GrantOn, restoring: string): Promise<boolean> {
  const { table, prefix, keyword } = catalogues[grant.object]
  const rows = await admin.query(
    `SELECT named.identity, pg_catalog.pg_get_userbyid(o.${prefix}owner)::text AS owner,
       ${grant.object === 'routine' ? 'pg_catalog.pg_get_function_identity_arguments(o.oid)' : 'NULL'} AS arguments
     FROM pg_catalog.${table} AS o
     JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.${table}'::pg_catalog.regclass AND d.objid = o.oid
       AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
     JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid
     CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.${table}'::pg_catalog.regclass, o.oid, 0) AS named
     WHERE o.${prefix}name = $1
       AND o.${prefix}namespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $2 AND n.nspname <> 'pg_catalog')
       AND (x.extname IN (${harmless}) OR EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions AS v
         WHERE v.name = x.extname AND v.version = x.extversion AND v.trusted))`,
    [grant.name, grant.schema],
  )
  const plain = (text: string | null | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').trim()
  const row = rows.length === 1 ? rows[0] : rows.find((one) => plain(one['arguments']) === plain(grant.arguments))
  const { identity, owner } = row ?? {}
  if (typeof identity !== 'string' || typeof owner !== 'string') return false
  const named = grant.roles.map((role) => (role === restoring ? owner : role))
  if (named.some((role) => role?.startsWith('pg_') || (role === owner && !grant.roles.includes(restoring))))
    return false
  const whom = named.map((role) => (role === null ? 'PUBLIC' : quoteIdentifier(role))).join(', ')
  const [way, option] = grant.verb === 'GRANT' ? ['TO', grant.withOption ? ' WITH GRANT OPTION' : ''] : ['FROM', '']
  const text = `${grant.verb} ${grant.privileges.join(', ')} ON ${keyword} ${identity} ${way} ${whom}${option}`
  return (await admin.execute(text)).ok
}
