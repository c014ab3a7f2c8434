import type { CatalogueQuery } from './catalogue-query.ts'
import { explodedAcl, roleName } from './fragments.ts'

/** What the tables, functions, … that a role makes from now on are granted: lost, and tomorrow's table is unreadable. */
export const defaultPrivileges: CatalogueQuery = {
  kind: 'default privileges',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(coalesce(n.nspname, '*'), ${roleName('d.defaclrole')}, CASE d.defaclobjtype
        WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
        WHEN 'L' THEN 'large objects' ELSE d.defaclobjtype::text END) AS identity,
      ${explodedAcl('d.defaclacl', 'd.defaclrole')} AS privileges
    FROM pg_catalog.pg_default_acl AS d
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace
    WHERE d.defaclnamespace = 0 OR n.oid = ANY (${schemas})`,
}
