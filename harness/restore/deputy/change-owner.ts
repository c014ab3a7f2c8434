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
 * Gives an object that the restoring role has to another role that it is a member of: it has all rights of that role
 * already, and so what runs as its owner (a function with SECURITY DEFINER, a view) can do no more than before. What a
 * superuser need not have, and the restoring role lacks, is the new owner's right to make something in that schema.
 *
 * ALTER … OWNER changes rows of the catalogue and runs nothing: no trigger, default, check or type function. It names the
 * object as the catalogue has it, and counts only if that very object has the new owner then: names may have been
 * swapped by code of the dump that runs at the same time.
 */
export async function changeOwner(
  admin: Session,
  order: Order & { readonly kind: 'change owner' },
  restoring: string,
): Promise<boolean> {
  const { table, prefix, keyword } = catalogues[order.object]
  const found = await findObject(admin, order, restoring)
  if (found === null || found['ours'] !== 't' || !(await isSafeRole(admin, order.owner))) return false
  const { oid = null, identity } = found
  if (oid === null || typeof identity !== 'string') return false
  const changed = await admin.execute(
    `BEGIN; SET LOCAL lock_timeout = '10s';
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
  { object, name, arguments: spelt, owner }: Order & { readonly kind: 'change owner' },
  restoring: string,
): Promise<Row | null> {
  const { table, prefix, isInSchema } = catalogues[object]
  const last = name.at(-1)
  const schema = isInSchema ? name[0] : null
  if (last === undefined || schema === undefined || name.length !== (isInSchema ? 2 : 1)) return null
  const rows = await admin.query(
    `SELECT o.oid, named.identity,
       ${object === 'routine' ? 'pg_catalog.pg_get_function_identity_arguments(o.oid)' : 'NULL'} AS arguments,
       pg_catalog.pg_has_role($1::name, o.${prefix}owner, 'MEMBER') AND pg_catalog.pg_has_role($1::name, $2::name, 'MEMBER') AS ours
     FROM pg_catalog.${table} AS o
     CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.${table}'::pg_catalog.regclass, o.oid, 0) AS named
     WHERE o.${prefix}name = $3
       ${isInSchema ? `AND o.${prefix}namespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $4)` : 'AND $4::text IS NULL'}
       AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $2)`,
    [restoring, owner, last, schema],
  )
  if (rows.length < 2 || spelt === null) return rows.length === 1 ? (rows[0] ?? null) : null
  return rows.find((row) => plain(row['arguments']) === plain(spelt)) ?? null
}

function plain(text: string | null | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').trim()
}
