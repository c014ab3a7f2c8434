import { rewrite, withProperties, type MajorRule } from './rule.ts'

/** Postgres 18 lets a publication publish generated columns, and says `n` (none) of all that don't. */
export const publishedGeneratedColumns: MajorRule = {
  since: 18,
  equalise: (older, newer) => [
    older,
    rewrite(newer, 'publication', (publication) =>
      publication.properties['generated columns'] === 'n'
        ? withProperties(publication, { 'generated columns': null })
        : publication,
    ),
  ],
}

/** Postgres 18 has no unlogged partitioned tables: pg_dump leaves the word out, which meant nothing. */
export const unloggedRoots: MajorRule = {
  since: 18,
  equalise: (older, newer) => [
    rewrite(older, 'table', (table) =>
      (table.properties['partitioned by'] ?? null) === null
        ? table
        : withProperties(table, { persistence: 'permanent' }),
    ),
    newer,
  ],
}

/** Since Postgres 14 a range type brings a multirange type, whose name the server makes up. */
export const multiranges: MajorRule = {
  since: 14,
  equalise: (older, newer) => [
    older,
    rewrite(newer, 'type', (type) =>
      type.properties['type'] === 'range' ? withProperties(type, { multirange: null }) : type,
    ),
  ],
}

/** Until Postgres 15 an ICU collation kept its locale where libc's collations keep theirs. */
export const icuLocales: MajorRule = {
  since: 15,
  equalise: (older, newer) => [
    rewrite(older, 'collation', (collation) => {
      const { provider, collate, locale } = collation.properties
      return provider === 'icu'
        ? withProperties(collation, { locale: locale ?? collate ?? null, collate: null, ctype: null })
        : collation
    }),
    newer,
  ],
}
