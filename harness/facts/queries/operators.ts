import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, roleName } from './fragments.ts'

/** Without shells: an operator that was only named, as another's commutator or negator. pg_dump leaves those out, too. */
export const operators: CatalogueQuery = {
  kind: 'operator',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, o.oprname) AS identity,
      CASE o.oprleft WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', '
        || CASE o.oprright WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END AS signature,
      ${roleName('o.oprowner')} AS owner,
      ${comment('pg_operator', 'o.oid')} AS comment,
      CASE o.oprresult WHEN 0 THEN NULL ELSE pg_catalog.format_type(o.oprresult, NULL) END AS returns,
      ${functionName('o.oprcode')} AS function,
      CASE WHEN o.oprcom <> 0 THEN o.oprcom::pg_catalog.regoperator END AS commutator,
      CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::pg_catalog.regoperator END AS negator,
      ${functionName('o.oprrest')} AS restrict,
      ${functionName('o.oprjoin')} AS "join",
      o.oprcanhash::text AS hashes,
      o.oprcanmerge::text AS merges
    FROM pg_catalog.pg_operator AS o JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
    WHERE o.oprcode <> 0 AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_operator', 'o.oid')}`,
}

export const operatorClasses: CatalogueQuery = {
  kind: 'operator class',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, o.opcname, am.amname) AS identity,
      ${roleName('o.opcowner')} AS owner,
      ${comment('pg_opclass', 'o.oid')} AS comment,
      pg_catalog.concat(f.opfnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(f.opfname)) AS family,
      pg_catalog.format_type(o.opcintype, NULL) AS type,
      o.opcdefault::text AS "default",
      CASE WHEN o.opckeytype <> 0 THEN pg_catalog.format_type(o.opckeytype, NULL) END AS storage
    FROM pg_catalog.pg_opclass AS o
    JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace
    JOIN pg_catalog.pg_am AS am ON am.oid = o.opcmethod
    JOIN pg_catalog.pg_opfamily AS f ON f.oid = o.opcfamily
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_opclass', 'o.oid')}`,
}

/** Families hold the operators and support functions of their classes. */
export const operatorFamilies: CatalogueQuery = {
  kind: 'operator family',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, f.opfname, am.amname) AS identity,
      ${roleName('f.opfowner')} AS owner,
      ${comment('pg_opfamily', 'f.oid')} AS comment,
      (SELECT pg_catalog.string_agg(entry.line, E',\\n' ORDER BY entry.line COLLATE pg_catalog."C") FROM (
        SELECT pg_catalog.concat('operator ', o.amopstrategy, ' ', o.amopopr::pg_catalog.regoperator, CASE o.amoppurpose WHEN 'o' THEN ' for order by ' ||
          (SELECT pg_catalog.concat(sort.opfnamespace::pg_catalog.regnamespace, '.', pg_catalog.quote_ident(sort.opfname))
            FROM pg_catalog.pg_opfamily AS sort WHERE sort.oid = o.amopsortfamily) ELSE '' END) AS line
        FROM pg_catalog.pg_amop AS o WHERE o.amopfamily = f.oid
        UNION ALL
        SELECT pg_catalog.concat('function ', p.amprocnum, ' (', pg_catalog.format_type(p.amproclefttype, NULL), ', ',
          pg_catalog.format_type(p.amprocrighttype, NULL), ') ', p.amproc::pg_catalog.regprocedure)
        FROM pg_catalog.pg_amproc AS p WHERE p.amprocfamily = f.oid) AS entry) AS members
    FROM pg_catalog.pg_opfamily AS f
    JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
    JOIN pg_catalog.pg_am AS am ON am.oid = f.opfmethod
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_opfamily', 'f.oid')}`,
}
