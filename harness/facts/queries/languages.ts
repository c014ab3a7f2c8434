import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, privileges, roleName, withOwnerUnnamed } from './fragments.ts'

/** All languages, the built-in too: who may use them is the database's own. */
export const languages: CatalogueQuery = {
  kind: 'language',
  text: () => `
    SELECT pg_catalog.json_build_array(l.lanname) AS identity,
      CASE WHEN l.oid >= 16384 AND ${notOfExtension('pg_language', 'l.oid')} THEN ${roleName('l.lanowner')} END AS owner,
      ${withOwnerUnnamed(privileges('l.lanacl', 'l', 'l.lanowner'), 'l.lanowner')} AS privileges,
      CASE WHEN l.oid >= 16384 THEN ${comment('pg_language', 'l.oid')} END AS comment,
      l.lanpltrusted::text AS trusted,
      ${functionName('l.lanplcallfoid')} AS handler,
      ${functionName('l.laninline')} AS inline,
      ${functionName('l.lanvalidator')} AS validator
    FROM pg_catalog.pg_language AS l`,
}

export const transforms: CatalogueQuery = {
  kind: 'transform',
  text: () => `
    SELECT pg_catalog.json_build_array(pg_catalog.format_type(t.trftype, NULL), l.lanname) AS identity,
      ${functionName('t.trffromsql')} AS "from sql",
      ${functionName('t.trftosql')} AS "to sql",
      ${comment('pg_transform', 't.oid')} AS comment
    FROM pg_catalog.pg_transform AS t JOIN pg_catalog.pg_language AS l ON l.oid = t.trflang
    WHERE ${notOfExtension('pg_transform', 't.oid')}`,
}

export const accessMethods: CatalogueQuery = {
  kind: 'access method',
  text: () => `
    SELECT pg_catalog.json_build_array(a.amname) AS identity,
      CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type,
      ${functionName('a.amhandler')} AS handler,
      ${comment('pg_am', 'a.oid')} AS comment
    FROM pg_catalog.pg_am AS a WHERE a.oid >= 16384 AND ${notOfExtension('pg_am', 'a.oid')}`,
}

export const conversions: CatalogueQuery = {
  kind: 'conversion',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.conname) AS identity,
      ${roleName('c.conowner')} AS owner,
      ${comment('pg_conversion', 'c.oid')} AS comment,
      pg_catalog.pg_encoding_to_char(c.conforencoding) || ' to ' || pg_catalog.pg_encoding_to_char(c.contoencoding) AS encodings,
      ${functionName('c.conproc')} AS function,
      c.condefault::text AS "default"
    FROM pg_catalog.pg_conversion AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.connamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_conversion', 'c.oid')}`,
}
