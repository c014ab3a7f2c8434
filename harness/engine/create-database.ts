import { quoteIdentifier, quoteLiteral } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'

export interface DatabaseShape {
  readonly encoding?: string
  readonly collate?: string
  readonly ctype?: string
}

/**
 * Makes a database from template0. `postgres` is there from the start: it is made anew, so that it too has the asked
 * shape. The session must be on another database than the one to make.
 */
export async function createDatabase(
  session: Session,
  major: number,
  name: string,
  shape: DatabaseShape = {},
): Promise<void> {
  if (name === 'postgres') await session.query('DROP DATABASE IF EXISTS postgres WITH (FORCE)')
  await session.query(createDatabaseSql(major, name, shape))
}

/** Exported for its test. */
export function createDatabaseSql(major: number, name: string, shape: DatabaseShape): string {
  const encoding = shape.encoding ?? 'UTF8'
  const isUtf8 = /^utf-?8$|^unicode$/i.test(encoding)
  const clauses = [`TEMPLATE template0 ENCODING ${quoteLiteral(encoding)}`]
  // A locale of template0 that is made for UTF8 refuses other encodings; C takes them all.
  const collate = shape.collate ?? (isUtf8 && shape.ctype === undefined ? undefined : 'C')
  const ctype = shape.ctype ?? (isUtf8 && shape.collate === undefined ? undefined : (shape.collate ?? 'C'))
  if (collate !== undefined && ctype !== undefined) {
    clauses.push(`LC_COLLATE ${quoteLiteral(collate)} LC_CTYPE ${quoteLiteral(ctype)}`)
    if (major >= 15) clauses.push('LOCALE_PROVIDER libc')
  }
  return `CREATE DATABASE ${quoteIdentifier(name)} ${clauses.join(' ')}`
}
