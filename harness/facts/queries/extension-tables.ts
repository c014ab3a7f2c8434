/**
 * Permanent tables that belong to an extension and that it did not mark (pg_extension_config_dump): no dump holds their
 * rows. `schemas` is an SQL expression of type `oid[]`.
 * https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES
 */
export function extensionTablesQuery(schemas: string): string {
  return `
    SELECT n.nspname AS schema, c.relname AS name, x.extname AS extension
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
      AND d.objsubid = 0 AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid
    WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.oid = ANY (${schemas})
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS marking WHERE c.oid = ANY (marking.extconfig))
    ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"`
}
