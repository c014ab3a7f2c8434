import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, roleName } from './fragments.ts'

export const textSearchConfigurations: CatalogueQuery = {
  kind: 'text search configuration',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.cfgname) AS identity,
      ${roleName('c.cfgowner')} AS owner,
      ${comment('pg_ts_config', 'c.oid')} AS comment,
      pg_catalog.concat(p.prsnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(p.prsname)) AS parser,
      (SELECT pg_catalog.string_agg(entry.line, E',\\n' ORDER BY entry.line COLLATE pg_catalog."C") FROM (
        SELECT token.alias || ': ' || pg_catalog.string_agg(pg_catalog.concat(m.mapdict::pg_catalog.regdictionary), ', ' ORDER BY m.mapseqno) AS line
        FROM pg_catalog.pg_ts_config_map AS m
        JOIN pg_catalog.ts_token_type(c.cfgparser) AS token ON token.tokid = m.maptokentype
        WHERE m.mapcfg = c.oid GROUP BY token.alias) AS entry) AS mappings
    FROM pg_catalog.pg_ts_config AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.cfgnamespace
    JOIN pg_catalog.pg_ts_parser AS p ON p.oid = c.cfgparser
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_ts_config', 'c.oid')}`,
}

export const textSearchDictionaries: CatalogueQuery = {
  kind: 'text search dictionary',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, d.dictname) AS identity,
      ${roleName('d.dictowner')} AS owner,
      ${comment('pg_ts_dict', 'd.oid')} AS comment,
      pg_catalog.concat(t.tmplnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(t.tmplname)) AS template,
      d.dictinitoption AS options
    FROM pg_catalog.pg_ts_dict AS d
    JOIN pg_catalog.pg_namespace AS n ON n.oid = d.dictnamespace
    JOIN pg_catalog.pg_ts_template AS t ON t.oid = d.dicttemplate
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_ts_dict', 'd.oid')}`,
}

export const textSearchParsers: CatalogueQuery = {
  kind: 'text search parser',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, p.prsname) AS identity,
      ${comment('pg_ts_parser', 'p.oid')} AS comment,
      pg_catalog.concat_ws(', ', ${['prsstart', 'prstoken', 'prsend', 'prsheadline', 'prslextype'].map((column) => functionName(`p.${column}`)).join(', ')}) AS functions
    FROM pg_catalog.pg_ts_parser AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_ts_parser', 'p.oid')}`,
}

export const textSearchTemplates: CatalogueQuery = {
  kind: 'text search template',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.tmplname) AS identity,
      ${comment('pg_ts_template', 't.oid')} AS comment,
      pg_catalog.concat_ws(', ', ${functionName('t.tmplinit')}, ${functionName('t.tmpllexize')}) AS functions
    FROM pg_catalog.pg_ts_template AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_ts_template', 't.oid')}`,
}
