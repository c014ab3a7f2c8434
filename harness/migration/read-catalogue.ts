import type { Row, SqlRunner } from '../core/index.ts'

/** What a table is, whatever it is called: a clone keeps the OIDs and the file numbers of its template. */
export interface Relation {
  readonly oid: string
  readonly schema: string
  readonly name: string
  readonly kind: string
  /** Changes when the relation is written anew. Null where it has no file. */
  readonly file: string | null
  readonly bytes: number
  /** Attribute number → name, of tables. */
  readonly columns: ReadonlyMap<string, string>
}

export type Catalogue = ReadonlyMap<string, Relation>

/** Tables, views, sequences and indexes of the user's schemas, by OID. Checked on PostgreSQL 15 and 17. */
export async function readCatalogue(sql: SqlRunner): Promise<Catalogue> {
  const columns = Map.groupBy(await sql.query(columnsQuery), (row) => text(row, 'oid'))
  return new Map(
    (await sql.query(relationsQuery)).map((row) => {
      const oid = text(row, 'oid')
      const relation: Relation = {
        oid,
        schema: text(row, 'schema'),
        name: text(row, 'name'),
        kind: text(row, 'kind'),
        file: row['file'] ?? null,
        bytes: Number(row['bytes'] ?? 0),
        columns: new Map((columns.get(oid) ?? []).map((column) => [text(column, 'number'), text(column, 'name')])),
      }
      return [oid, relation]
    }),
  )
}

function text(row: Row, name: string): string {
  return row[name] ?? ''
}

const ofUser = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

const relationsQuery = `
  SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
    pg_catalog.pg_relation_filenode(c.oid)::text AS file,
    CASE WHEN c.relkind IN ('r', 'm', 'i') THEN pg_catalog.pg_relation_size(c.oid)
        + coalesce(pg_catalog.pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) END::text AS bytes
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE ${ofUser} AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'i') AND c.relpersistence <> 't'`

const columnsQuery = `
  SELECT a.attrelid::text AS oid, a.attnum::text AS number, a.attname::text AS name
  FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE ${ofUser} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped`
