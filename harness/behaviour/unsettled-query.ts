/* Words of deparsed expressions and of function bodies. They only make a reading count less, never more. */

const call = (names: string): string => `\\m(?:${names})\\s*\\(`
const word = (names: string): string => `\\m(?:${names})\\M`

/** Values that are not the same at another time or on another server: clocks, chance, catalogues, places of rows. */
const moment = [
  call(
    'now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|age|random\\w*|gen_random_\\w+|\\w*uuid\\w*_v\\d\\w*',
  ),
  call('nextval|currval|lastval|txid_\\w+|inet_\\w+|version|current_database|current_schemas?'),
  word(
    'pg_\\w+|information_schema|current_catalog|current_date|current_time\\w*|localtime\\w*|ctid|xmin|xmax|tableoid',
  ),
  "''(?:now|today|yesterday|tomorrow)''",
].join('|')

/** Results that depend on an order which nothing promises: rows that tie, sums of floating point. */
const order = [
  call(
    'array_agg|string_agg|jsonb?_agg\\w*|jsonb?_object_agg\\w*|xmlagg|\\w+_value|mode|over|sum|avg|stddev\\w*|var\\w*|regr_\\w+|corr|covar_\\w+',
  ),
  word('limit|fetch|tablesample|distinct on'),
].join('|')

/** Functions that call another server. */
const outside = `${call('dblink\\w*|http|http_\\w+')}|${word('net\\.http_\\w+')}`

/**
 * Which of these relations two equal databases may answer differently, and which reach out of the database: by the text
 * of views, policies and functions that they lead to through pg_depend (a function called out of a body is not followed). What a materialised view holds is of the moment too.
 */
export function unsettledQuery(oids: readonly string[]): string {
  const catalogue = (name: string): string => `'pg_catalog.${name}'::pg_catalog.regclass::pg_catalog.oid`
  const has = (words: string): string => `coalesce(pg_catalog.bool_or(t.text ~* '${words}'), false)`
  return `
    WITH RECURSIVE reach (root, class, object) AS (
      SELECT o.oid, ${catalogue('pg_class')}, o.oid FROM pg_catalog.unnest('{${oids.join(',')}}'::pg_catalog.oid[]) AS o (oid)
      UNION
      SELECT reach.root, d.refclassid, d.refobjid FROM reach
      CROSS JOIN LATERAL (
        SELECT ${catalogue('pg_rewrite')} AS class, w.oid AS object FROM pg_catalog.pg_rewrite AS w
          WHERE reach.class = ${catalogue('pg_class')} AND w.ev_class = reach.object AND w.ev_type = '1'
        UNION ALL SELECT ${catalogue('pg_policy')}, p.oid FROM pg_catalog.pg_policy AS p
          WHERE reach.class = ${catalogue('pg_class')} AND p.polrelid = reach.object
        UNION ALL SELECT reach.class, reach.object WHERE reach.class = ${catalogue('pg_proc')}) AS holder
      JOIN pg_catalog.pg_depend AS d ON d.classid = holder.class AND d.objid = holder.object
        AND d.refclassid IN (${catalogue('pg_class')}, ${catalogue('pg_proc')})),
    texts AS MATERIALIZED (
      SELECT found.class, found.object, found.text, found.is_foreign, found.is_stale FROM (SELECT DISTINCT reach.class, reach.object FROM reach) AS o
      CROSS JOIN LATERAL (
        SELECT o.class, o.object, CASE c.relkind WHEN 'v' THEN pg_catalog.pg_get_viewdef(c.oid)
            ELSE (SELECT pg_catalog.string_agg(pg_catalog.pg_get_expr(p.polqual, p.polrelid), ' ') FROM pg_catalog.pg_policy AS p
              WHERE p.polrelid = c.oid) END AS text, c.relkind = 'f' AS is_foreign, c.relkind = 'm' AS is_stale
          FROM pg_catalog.pg_class AS c WHERE o.class = ${catalogue('pg_class')} AND c.oid = o.object AND c.relkind IN ('v', 'r', 'p', 'f', 'm')
        UNION ALL SELECT o.class, o.object, f.proname || ' ' || f.prosrc, false, false FROM pg_catalog.pg_proc AS f
          WHERE o.class = ${catalogue('pg_proc')} AND f.oid = o.object) AS found)
    SELECT reach.root::text AS oid, (${has(moment)} OR pg_catalog.bool_or(t.is_stale))::text AS moment, ${has(order)}::text AS "order",
      (${has(outside)} OR pg_catalog.bool_or(t.is_foreign))::text AS outside
    FROM reach JOIN texts AS t ON t.class = reach.class AND t.object = reach.object
    GROUP BY reach.root`
}
