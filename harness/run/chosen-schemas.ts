import type { DumpSummary } from '../dump/index.ts'
import type { Platform } from '../supabase/index.ts'
import type { FindingBook } from './finding-book.ts'

/** Belongs to the database and to no schema: a dump of chosen schemas has none of it. */
const ofDatabase = /\b(?:PUBLICATION|SUBSCRIPTION|EVENT TRIGGER|EXTENSION|FOREIGN DATA WRAPPER|LANGUAGE)\b/

/**
 * Whether every definition here comes of `pg_dump -n` (the CLI's `-s`). Such a dump creates each schema that it fills,
 * `public` too, where a full one leaves that to the new database; and it makes no extension, whatever it uses.
 */
export function areOfChosenSchemas(
  summaries: readonly Pick<DumpSummary, 'holds' | 'schemas' | 'schemasCreated' | 'entries'>[],
): boolean {
  const defining = summaries.filter(({ holds, schemasCreated }) => holds.schema && schemasCreated.length > 0)
  return (
    defining.length > 0 &&
    defining.every(
      ({ schemas, schemasCreated, entries }) =>
        schemas.every((schema) => schemasCreated.includes(schema)) &&
        !Object.keys(entries).some((kind) => ofDatabase.test(kind)),
    )
  )
}

/** That they are there is our doing, and no proof of the backup. */
export function listLaidExtensions({ extensions }: Pick<Platform, 'extensions'>, book: FindingBook): void {
  for (const { name, schema } of extensions) {
    book.notice(
      'engine',
      name,
      `extension ${name} was laid in as production has it: a dump of chosen schemas makes none, and its objects need it`,
      `before a restore: CREATE EXTENSION IF NOT EXISTS "${name}" WITH SCHEMA "${schema}"; a dump without -s brings it`,
    )
  }
}
