/** One row by column name. Every value arrives as the server's text (or null): nothing is parsed lossily. */
export type Row = Readonly<Record<string, string | null>>

/** The smallest thing that facts and specs need of a database. */
export interface SqlRunner {
  query(text: string, values?: readonly (string | null)[]): Promise<readonly Row[]>
}

/** A name as an SQL identifier, always quoted. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `schema.name`, both quoted. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** A value as an SQL string literal, safe whatever standard_conforming_strings says. */
export function quoteLiteral(value: string): string {
  const quoted = value.replaceAll("'", "''")
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}
