import { quoteIdentifier, quoteQualified, type SqlRunner } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type Facts, type TableFact } from '../../facts/index.ts'
import { attempt } from '../attempt.ts'
import type { Break, Target } from '../types.ts'
import { quickOf, tablesWithRows } from './relations.ts'

/** Rows that are written or removed at once. */
const mostEmptied = 2_000
const mostLargeObjects = 200n

function onTable(table: TableFact, apply: Target['apply']): Target {
  const { schema, name } = table
  return { object: identityOf([schema, name]), apply, look: { by: 'facts', parts: { tables: [{ schema, name }] } } }
}

const only = ({ schema, name }: TableFact): string => `ONLY ${quoteQualified(schema, name)}`

async function changesRows(sql: SqlRunner, statement: string): Promise<boolean> {
  return (await sql.query(`${statement} RETURNING 1 AS row`)).length > 0
}

const deleted: Break = {
  name: 'one row deleted',
  check: 'row counts',
  targets: (patient) =>
    tablesWithRows(patient).map((table) =>
      onTable(table, (sql) =>
        changesRows(
          sql,
          `DELETE FROM ${only(table)} AS t WHERE t.ctid = (SELECT o.ctid FROM ${only(table)} AS o LIMIT 1)`,
        ),
      ),
    ),
}

const emptied: Break = {
  name: 'table emptied',
  check: 'row counts',
  targets: (patient) =>
    tablesWithRows(patient)
      .filter(({ rows }) => Number(rows) <= mostEmptied)
      .map((table) => onTable(table, (sql) => changesRows(sql, `DELETE FROM ${only(table)}`))),
}

const repeated: Break = {
  name: 'one row there twice',
  check: 'row counts',
  targets: (patient) => {
    const unique = new Set(
      patient.facts.objects
        .filter(
          ({ kind, properties }) => kind === 'constraint' && /primary|unique|exclusion/.test(properties['type'] ?? ''),
        )
        .map(({ identity }) => identityOf(partsOfIdentity(identity).slice(0, 2))),
    )
    return tablesWithRows(patient)
      .filter(({ schema, name, columns }) => columns.length > 0 && !unique.has(identityOf([schema, name])))
      .map((table) => {
        const columns = table.columns.map(quoteIdentifier).join(', ')
        const source = `SELECT ${columns} FROM ${only(table)} LIMIT 1`
        const into = quoteQualified(table.schema, table.name)
        return onTable(table, (sql) =>
          changesRows(sql, `INSERT INTO ${into} (${columns}) OVERRIDING SYSTEM VALUE ${source}`),
        )
      })
  },
}

/** An expression that no value of the type equals, of the column `c`. */
const otherValues: Readonly<Record<string, (column: string) => string>> = {
  text: (c) => `${c} OPERATOR(pg_catalog.||) '~'`,
  'character varying': (c) => `${c} OPERATOR(pg_catalog.||) '~'`,
  boolean: (c) => `NOT ${c}`,
  smallint: (c) => `${c} OPERATOR(pg_catalog.+) 1::smallint`,
  integer: (c) => `${c} OPERATOR(pg_catalog.+) 1`,
  bigint: (c) => `${c} OPERATOR(pg_catalog.+) 1`,
}

/** Statements that give one column of one row another value, for as many columns as there are. */
function changes({ objects }: Facts, table: TableFact): readonly string[] {
  return objects.flatMap(({ kind, identity, properties }) => {
    if (kind !== 'column') return []
    const [schema, name, column = ''] = partsOfIdentity(identity)
    if (schema !== table.schema || name !== table.name || !table.columns.includes(column)) return []
    const c = quoteIdentifier(column)
    const type = (properties['type'] ?? '').replace(/\(.*/, '')
    const other = otherValues[type]?.(`t.${c}`) ?? (properties['not null'] === 'false' ? 'NULL' : null)
    if (other === null || properties['identity kind']) return []
    const row = `(SELECT o.ctid FROM ${only(table)} AS o WHERE o.${c} IS NOT NULL LIMIT 1)`
    return [`UPDATE ${only(table)} AS t SET ${c} = ${other} WHERE t.ctid = ${row}`]
  })
}

const changed: Break = {
  name: 'one value changed',
  check: 'row content',
  targets: (patient) =>
    patient.comparesContent
      ? tablesWithRows(patient)
          .filter(({ fingerprint }) => fingerprint !== null)
          .map((table) =>
            onTable(table, async (sql) => {
              for (const statement of changes(patient.facts, table)) {
                if (await attempt(sql, () => changesRows(sql, statement))) return true
              }
              return false
            }),
          )
      : [],
}

/* The first byte of the first one. */
const overwrite = `SELECT pg_catalog.lo_put(o.oid, 0, CASE pg_catalog.lo_get(o.oid, 0, 1) WHEN '\\xff'::bytea THEN '\\xfe'::bytea ELSE '\\xff'::bytea END)
  FROM (SELECT m.oid FROM pg_catalog.pg_largeobject_metadata AS m ORDER BY m.oid LIMIT 1) AS o`

const largeObject: Break = {
  name: 'large object overwritten',
  check: 'row content',
  targets: (patient) => {
    const { facts, comparesContent, isCompared } = patient
    const fact = facts.tables.find(({ schema, name }) => schema === 'pg_catalog' && name === 'pg_largeobject')
    if (!fact || !comparesContent || BigInt(fact.rows) > mostLargeObjects || !isCompared('pg_catalog', 'large objects'))
      return []
    if (quickOf(patient, [fact], () => identityOf([fact.schema, fact.name])).length === 0) return []
    return [
      {
        object: 'large objects',
        apply: async (sql) => (await sql.query(overwrite)).length > 0,
        look: { by: 'facts', parts: { largeObjects: true } },
      },
    ]
  },
}

export const breaksOfRows: readonly Break[] = [deleted, emptied, repeated, changed, largeObject]
