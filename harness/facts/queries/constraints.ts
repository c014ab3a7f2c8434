import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, tablespace } from './fragments.ts'
import { indexDefinition, indexStatistics, isMoreThanShare, partitionedIndex } from './indexes.ts'
import { firing } from './triggers.ts'

/** Whether the internal triggers of a constraint `k` fire; NULL when it has none. */
const internalTriggers = `(CASE
        WHEN k.oid IN (SELECT t.tgconstraint FROM pg_catalog.pg_trigger AS t WHERE t.tgisinternal AND t.tgenabled <> 'O') THEN
          (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.concat(${firing('t.tgenabled')}, ' on ', t.tgrelid::pg_catalog.regclass) COLLATE pg_catalog."C", ', ')
          FROM pg_catalog.pg_trigger AS t WHERE t.tgconstraint = k.oid AND t.tgisinternal)
        WHEN k.oid IN (SELECT t.tgconstraint FROM pg_catalog.pg_trigger AS t WHERE t.tgisinternal) THEN 'enabled' END)`

/**
 * Constraints of tables. An index that backs one is part of it. Those that a partition or child merely inherits are
 * left out, as they follow from the parent's, unless something was done to them alone. `triggers` tells whether its
 * internal triggers are on: after a restore that stopped midway (`--disable-triggers`) a foreign key can be there and
 * check nothing.
 */
export const tableConstraints: CatalogueQuery = {
  kind: 'constraint',
  deparsed: ['definition', 'index'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname, k.conname) AS identity,
      CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
        WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null' END AS type,
      pg_catalog.pg_get_constraintdef(k.oid) AS definition,
      k.convalidated::text AS validated,
      CASE WHEN k.conislocal AND k.coninhcount > 0 THEN 'true' END AS "inherited and local",
      ${internalTriggers} AS triggers,
      CASE WHEN i.indexrelid IS NOT NULL THEN ${indexDefinition('i', 'ic', 'n.nspname', 'c')} END AS index,
      (i.indisvalid AND i.indisready AND i.indislive)::text AS "index valid",
      ${partitionedIndex('ic')}::pg_catalog.regclass AS "index partition of",
      nullif(i.indisclustered, false)::text AS clustered,
      nullif(i.indisreplident, false)::text AS "replica identity",
      ${indexStatistics('i')} AS "index statistics",
      ${tablespace('ic.reltablespace')} AS "index tablespace",
      ${comment('pg_class', 'ic.oid')} AS "index comment",
      ${comment('pg_constraint', 'k.oid')} AS comment
    FROM pg_catalog.pg_constraint AS k
    JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid AND i.indrelid = k.conrelid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x', 'n')
      AND CASE WHEN k.conparentid = 0 THEN k.conislocal OR k.coninhcount = 0
        WHEN k.contype = 'f' THEN ${internalTriggers} <> 'enabled'
        ELSE ${comment('pg_constraint', 'k.oid')} IS NOT NULL OR ${isMoreThanShare('i', 'ic', 'c')} END
      AND c.relpersistence <> 't' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}
      AND ${notOfExtension('pg_constraint', 'k.oid')}`,
}

/** NOT NULL of a domain is a constraint with a name from 17, which pg_dump writes from 18. */
export const domainConstraints: CatalogueQuery = {
  kind: 'constraint',
  deparsed: ['definition'],
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, t.typname, k.conname) AS identity,
      CASE k.contype WHEN 'n' THEN 'not null' ELSE 'domain check' END AS type,
      pg_catalog.pg_get_constraintdef(k.oid) AS definition,
      k.convalidated::text AS validated,
      ${comment('pg_constraint', 'k.oid')} AS comment
    FROM pg_catalog.pg_constraint AS k
    JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE k.contype IN (${major >= 18 ? `'c', 'n'` : `'c'`}) AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_type', 't.oid')}`,
}
