import { quoteIdentifier, type Row } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { ObjectKind, Order } from './read-order.ts'
import { isSafeRole } from './safe-roles.ts'

interface Catalogue {
  readonly table: string
  readonly prefix: string
  readonly isInSchema: boolean
  /** What ALTER calls all of them. */
  readonly keyword: string
}

const catalogues: Readonly<Record<ObjectKind, Catalogue>> = {
  relation: { table: 'pg_class', prefix: 'rel', isInSchema: true, keyword: 'TABLE' },
  type: { table: 'pg_type', prefix: 'typ', isInSchema: true, keyword: 'TYPE' },
  routine: { table: 'pg_proc', prefix: 'pro', isInSchema: true, keyword: 'ROUTINE' },
  schema: { table: 'pg_namespace', prefix: 'nsp', isInSchema: false, keyword: 'SCHEMA' },
  publication: { table: 'pg_publication', prefix: 'pub', isInSchema: false, keyword: 'PUBLICATION' },
  collation: { table: 'pg_collation', prefix: 'coll', isInSchema: true, keyword: 'COLLATION' },
  conversion: { table: 'pg_conversion', prefix: 'con', isInSchema: true, keyword: 'CONVERSION' },
  statistics: { table: 'pg_statistic_ext', prefix: 'stx', isInSchema: true, keyword: 'STATISTICS' },
  'text search configuration': {
    table: 'pg_ts_config',
    prefix: 'cfg',
    isInSchema: true,
    keyword: 'TEXT SEARCH CONFIGURATION',
  },
  'text search dictionary': {
    table: 'pg_ts_dict',
    prefix: 'dict',
    isInSchema: true,
    keyword: 'TEXT SEARCH DICTIONARY',
  },
}

/**
 * Gives an object of one safe role to another: what runs as its owner then (a function with SECURITY DEFINER, a view)
 * reaches no further than the database. What a superuser need not have, and the restoring role lacks, is the new owner's
 * right to make something in that schema, or a membership in it.
 *
 * ALTER … OWNER changes rows of the catalogue and runs nothing: no trigger, default, check or type function. It names the
 * object as the catalogue has it, and counts only if that very object has the new owner then: names may have been
 * swapped by code of the dump that runs at the same time.
 */
export async function changeOwner(admin: Session, order: Order & { readonly kind: 'change owner' }): Promise<boolean> {
  const { table, prefix, keyword } = catalogues[order.object]
  const found = await findObject(admin, order)
  if (found === null || order.owner.startsWith('pg_')) return false
  const { oid = null, identity, owner } = found
  if (oid === null || typeof identity !== 'string' || typeof owner !== 'string') return false
  // A schema public is whoever's the database is.
  if (owner !== 'pg_database_owner' && !(await isSafeRole(admin, owner))) return false
  if (!(await isSafeRole(admin, order.owner))) return false
  const changed = await admin.execute(
    `BEGIN;
     ALTER ${keyword} ${identity} OWNER TO ${quoteIdentifier(order.owner)}`,
  )
  const [after] = changed.ok
    ? await admin.query(
        `SELECT pg_catalog.pg_get_userbyid(o.${prefix}owner) AS owner FROM pg_catalog.${table} AS o WHERE o.oid = $1::pg_catalog.oid`,
        [oid],
      )
    : []
  const isDone = after?.['owner'] === order.owner
  return (await admin.execute(isDone ? 'COMMIT' : 'ROLLBACK')).ok && isDone
}

/** Null where it is not there, or where its name alone does not tell it from others. */
async function findObject(
  admin: Session,
  { object, name, arguments: spelt }: Order & { readonly kind: 'change owner' },
): Promise<Row | null> {
  const { table, prefix, isInSchema } = catalogues[object]
  const last = name.at(-1)
  const schema = isInSchema ? name[0] : null
  if (last === undefined || schema === undefined || name.length !== (isInSchema ? 2 : 1)) return null
  const rows = await admin.query(
    `SELECT o.oid, named.identity,
       ${object === 'routine' ? 'pg_catalog.pg_get_function_identity_arguments(o.oid)' : 'NULL'} AS arguments,
       pg_catalog.pg_get_userbyid(o.${prefix}owner)::text AS owner
     FROM pg_catalog.${table} AS o
     CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.${table}'::pg_catalog.regclass, o.oid, 0) AS named
     WHERE o.${prefix}name = $1
       ${isInSchema ? `AND o.${prefix}namespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $2)` : 'AND $2::text IS NULL'}`,
    [last, schema],
  )
  if (rows.length < 2 || spelt === null) return rows.length === 1 ? (rows[0] ?? null) : null
  return rows.find((row) => plain(row['arguments']) === plain(spelt)) ?? null
}

function plain(text: string | null | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').trim()
}

/** An empty schema of a safe role's. */
export async function createSchema(
  admin: Session,
  { name, owner }: Order & { readonly kind: 'create schema' },
): Promise<boolean> {
  if (owner.startsWith('pg_') || !(await isSafeRole(admin, owner))) return false
  return (await admin.execute(`CREATE SCHEMA ${quoteIdentifier(name)} AUTHORIZATION ${quoteIdentifier(owner)}`)).ok
}
