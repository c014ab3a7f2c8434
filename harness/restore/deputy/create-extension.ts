import { quoteIdentifier, quoteLiteral } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { Order } from './read-order.ts'

/**
 * Extensions that come with PostgreSQL, are not marked as trusted, and reach nothing outside of the database: what they
 * bring looks at pages and statistics, or is a trigger. Each can be moved between schemas and needs no other.
 */
export const harmlessExtensions: ReadonlySet<string> = new Set([
  'amcheck',
  'autoinc',
  'bloom',
  'insert_username',
  'moddatetime',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_visibility',
  'pgrowlocks',
  'pgstattuple',
  'sslinfo',
])

/** Nobody else may make anything in it, so that nothing of the dump is found by the extension's script. */
const ownSchema = 'rehearsal_extension'

/**
 * Makes the extension in an empty schema of our own and moves it from there: its script runs as a superuser, with that
 * schema and pg_catalog to find things in. Moving renames, and runs nothing.
 * https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-SECURITY
 */
export async function createExtension(
  admin: Session,
  { name, schema }: Order & { readonly kind: 'create extension' },
  restoring: string,
): Promise<boolean> {
  if (!harmlessExtensions.has(name)) return false
  const [row] = await admin.query(
    `SELECT pg_catalog.pg_has_role($1::name, n.nspowner, 'MEMBER') AND EXISTS (
         SELECT FROM pg_catalog.pg_available_extensions AS a
         JOIN pg_catalog.pg_available_extension_versions AS v ON v.name = a.name AND v.version = a.default_version
         WHERE a.name = $3 AND v.relocatable AND v.requires IS NULL) AS may
     FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $2`,
    [restoring, schema, name],
  )
  if (row?.['may'] !== 't') return false
  const extension = quoteIdentifier(name)
  const made = await admin.execute(
    `CREATE SCHEMA ${ownSchema}; CREATE EXTENSION ${extension} WITH SCHEMA ${ownSchema};
     ALTER EXTENSION ${extension} SET SCHEMA ${quoteIdentifier(schema)}; DROP SCHEMA ${ownSchema}`,
  )
  return made.ok
}

/** Of one that came with the database, or that was made for the dump: whoever restores does not own it. */
export async function commentOnExtension(
  admin: Session,
  { name, comment }: Order & { readonly kind: 'comment on extension' },
): Promise<boolean> {
  if (name !== 'plpgsql' && !harmlessExtensions.has(name)) return false
  const said = comment === null ? 'NULL' : quoteLiteral(comment)
  return (await admin.execute(`COMMENT ON EXTENSION ${quoteIdentifier(name)} IS ${said}`)).ok
}
