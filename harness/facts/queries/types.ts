import type { CatalogueQuery } from './catalogue-query.ts'
import { collationUnlessDefault, comment, functionName, notOfExtension, privileges, roleName } from './fragments.ts'

const common = `${roleName('t.typowner')} AS owner,
      ${privileges('t.typacl', 'T', 't.typowner')} AS privileges,
      ${comment('pg_type', 't.oid')} AS comment`

export const enums: CatalogueQuery = {
  kind: 'enum',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS identity,
      ${common},
      (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid) AS labels
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}

export const domains: CatalogueQuery = {
  kind: 'domain',
  deparsed: ['default'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS identity,
      ${common},
      pg_catalog.format_type(t.typbasetype, t.typtypmod) AS "base type",
      ${collationUnlessDefault('t.typcollation', 'base.typcollation')} AS collation,
      t.typnotnull::text AS "not null",
      coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) AS "default"
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_type AS base ON base.oid = t.typbasetype
    WHERE t.typtype = 'd' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}

export const compositeTypes: CatalogueQuery = {
  kind: 'type',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS identity,
      'composite' AS type,
      ${common},
      (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
          || coalesce(' COLLATE ' || ${collationUnlessDefault('a.attcollation', 'at.typcollation')}, '')
          || coalesce(' -- ' || (SELECT note.description FROM pg_catalog.pg_description AS note WHERE note.objoid = a.attrelid
            AND note.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND note.objsubid = a.attnum), ''), E',\\n' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS at ON at.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c'
    WHERE t.typtype = 'c' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}

/** Range types; their multirange comes with them. */
export const rangeTypes: CatalogueQuery = {
  kind: 'type',
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS identity,
      'range' AS type,
      ${common},
      pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
      ${collationUnlessDefault('r.rngcollation', 'sub.typcollation')} AS collation,
      (SELECT pg_catalog.concat(o.opcnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(o.opcname))
        FROM pg_catalog.pg_opclass AS o WHERE o.oid = r.rngsubopc) AS "operator class",
      ${functionName('r.rngcanonical')} AS canonical,
      ${functionName('r.rngsubdiff')} AS difference,
      ${major >= 14 ? 'pg_catalog.format_type(r.rngmultitypid, NULL)' : 'NULL::text'} AS multirange
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
    JOIN pg_catalog.pg_type AS sub ON sub.oid = r.rngsubtype
    WHERE t.typtype = 'r' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}

/** Base types (C functions) and shells; arrays come with their element. */
export const baseTypes: CatalogueQuery = {
  kind: 'type',
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname) AS identity,
      CASE WHEN t.typisdefined THEN 'base' ELSE 'shell' END AS type,
      ${common},
      ${functionName('t.typinput')} AS input,
      ${functionName('t.typoutput')} AS output,
      ${functionName('t.typreceive')} AS receive,
      ${functionName('t.typsend')} AS send,
      ${functionName('t.typmodin')} AS "modifier input",
      ${functionName('t.typmodout')} AS "modifier output",
      ${functionName('t.typanalyze')} AS analyze,
      ${major >= 14 ? functionName('t.typsubscript') : 'NULL::text'} AS subscript,
      pg_catalog.concat(t.typlen, ', ', t.typbyval::text, ', ', t.typalign, ', ', t.typstorage) AS layout,
      t.typcategory::text || CASE WHEN t.typispreferred THEN ' preferred' ELSE '' END AS category,
      t.typdefault AS "default",
      CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END AS element,
      t.typdelim::text AS delimiter,
      (t.typcollation <> 0)::text AS collatable
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE ((t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS element WHERE element.typarray = t.oid))
        OR (t.typtype = 'p' AND NOT t.typisdefined))
      AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}
