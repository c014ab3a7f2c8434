import type { CatalogueQuery } from './catalogue-query.ts'
import { explodedAcl, ofExtension, withOwnerUnnamed } from './fragments.ts'

interface Granted {
  readonly catalogue: string
  readonly from: string
  readonly acl: string
  readonly owner: string
  /** As acldefault() takes it. */
  readonly objectType: string
  /** Column number, for columns. */
  readonly column?: string
  readonly schema: string
  readonly oid: string
}

const granted: readonly Granted[] = [
  {
    catalogue: 'pg_class',
    from: 'pg_catalog.pg_class AS o',
    acl: 'o.relacl',
    owner: 'o.relowner',
    objectType: `CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`,
    schema: 'o.relnamespace',
    oid: 'o.oid',
  },
  {
    catalogue: 'pg_class',
    from: 'pg_catalog.pg_class AS o JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.oid AND NOT a.attisdropped',
    acl: 'a.attacl',
    owner: 'o.relowner',
    objectType: `'c'`,
    column: 'a.attnum',
    schema: 'o.relnamespace',
    oid: 'o.oid',
  },
  ...(
    [
      ['pg_proc', 'pro', 'f', 'o.pronamespace'],
      ['pg_type', 'typ', 'T', 'o.typnamespace'],
      ['pg_namespace', 'nsp', 'n', 'o.oid'],
      ['pg_foreign_data_wrapper', 'fdw', 'F', '0'],
      ['pg_foreign_server', 'srv', 'S', '0'],
    ] as const
  ).map(([catalogue, prefix, objectType, schema]) => ({
    catalogue,
    from: `pg_catalog.${catalogue} AS o`,
    acl: `o.${prefix}acl`,
    owner: `o.${prefix}owner`,
    objectType: `'${objectType}'`,
    schema,
    oid: 'o.oid',
  })),
]

/**
 * What was granted or revoked on objects that come with the server or with an extension: these are listed nowhere else,
 * and pg_dump writes how their privileges differ from those they came with (pg_init_privs). It passes information_schema
 * by, and so do we.
 * https://www.postgresql.org/docs/current/catalog-pg-init-privs.html
 */
export const changedPrivileges: CatalogueQuery = {
  kind: 'changed privileges',
  text: ({ schemas }) =>
    `SELECT pg_catalog.json_build_array(changed.scope, changed.object) AS identity, changed.privileges AS privileges FROM (${granted
      .map((one) => changedOf(one, schemas))
      .join(' UNION ALL ')}) AS changed`,
}

function changedOf({ catalogue, from, acl, owner, objectType, column = '0', schema, oid }: Granted, schemas: string) {
  return `
    SELECT coalesce((SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE n.oid = ${schema}), 'database') AS scope,
      named.type || ' ' || named.identity AS object,
      ${withOwnerUnnamed(explodedAcl(acl, owner), owner)} AS privileges
    FROM ${from}
    LEFT JOIN pg_catalog.pg_init_privs AS came ON came.objoid = ${oid} AND came.objsubid = ${column}
      AND came.classoid = 'pg_catalog.${catalogue}'::pg_catalog.regclass
    CROSS JOIN LATERAL (SELECT coalesce(came.initprivs, pg_catalog.acldefault(${objectType}, ${owner})) AS acl) AS first
    CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.${catalogue}'::pg_catalog.regclass, ${oid}, ${column}) AS named
    WHERE ${acl} IS NOT NULL AND NOT (${acl} @> first.acl AND first.acl @> ${acl})
      AND CASE WHEN ${oid} < 16384 THEN ${schema} IN (0, 'pg_catalog'::pg_catalog.regnamespace)
        ELSE (${schema} = 0 OR ${schema} = ANY (${schemas})) AND ${ofExtension(catalogue, oid)} END`
}
