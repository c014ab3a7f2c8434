/** A line of `pg_restore --list`: an entry of an archive's table of contents. */
export interface ArchiveEntry {
  /** For `--use-list`. */
  readonly line: string
  /** `TABLE`, `POLICY`, `TABLE DATA`, … */
  readonly what: string
  /** `-` where it belongs to none. */
  readonly schema: string
  /** Name, after that of the table where it belongs to one: `users touched`; of a comment or grant: `TABLE users`. */
  readonly tag: string
  /** Empty where it has none. */
  readonly owner: string
}

/** Kinds of more than one word, as pg_dump.c writes them (PostgreSQL 12 to 18); all others have one. */
const longKinds = [
  'ACCESS METHOD',
  'BLOB COMMENTS',
  'BLOB METADATA',
  'CHECK CONSTRAINT',
  'DATABASE PROPERTIES',
  'DEFAULT ACL',
  'EVENT TRIGGER',
  'FK CONSTRAINT',
  'FOREIGN DATA WRAPPER',
  'FOREIGN TABLE',
  'INDEX ATTACH',
  'LARGE OBJECT',
  'MATERIALIZED VIEW DATA',
  'MATERIALIZED VIEW',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'PROCEDURAL LANGUAGE',
  'PUBLICATION TABLES IN SCHEMA',
  'PUBLICATION TABLE',
  'ROW SECURITY',
  'SECURITY LABEL',
  'SEQUENCE OWNED BY',
  'SEQUENCE SET',
  'SHELL TYPE',
  'STATISTICS DATA',
  'SUBSCRIPTION TABLE',
  'TABLE ATTACH',
  'TABLE DATA',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'USER MAPPING',
]
const linePattern = new RegExp(String.raw`^\d+; \d+ \d+ (${longKinds.join('|')}|[A-Z]+) (\S+) (.*) (\S*)$`)

/** The entries of a listing, in its order. Lines of comment are passed over. */
export function readEntries(listing: string): readonly ArchiveEntry[] {
  return listing.split('\n').flatMap((line) => {
    const [, what, schema, tag, owner] = linePattern.exec(line) ?? []
    if (what === undefined || schema === undefined || tag === undefined) return []
    return [{ line, what, schema, tag, owner: owner ?? '' }]
  })
}
