/**
 * By which condition an extension's table is dumped, of those that are not dumped whole: as the query of row sources has
 * it. Checked on PostgreSQL 13 to 18.
 */
export const configurationConditionsQuery = `
  SELECT n.nspname AS schema, c.relname AS name, marked.condition AS condition
  FROM (SELECT config.oid, nullif(pg_catalog.min(config.condition COLLATE pg_catalog."C"), '') AS condition
    FROM pg_catalog.pg_extension AS x,
      ROWS FROM (pg_catalog.unnest(x.extconfig), pg_catalog.unnest(x.extcondition)) AS config (oid, condition)
    GROUP BY config.oid) AS marked
  JOIN pg_catalog.pg_class AS c ON c.oid = marked.oid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE marked.condition IS NOT NULL
  ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"`
