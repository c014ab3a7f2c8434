/** Materialised views that were never filled. Checked on PostgreSQL 13 to 18. */
export const emptyViewsQuery = `
  SELECT n.nspname AS schema, c.relname AS name
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind = 'm' AND NOT c.relispopulated
  ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"`
