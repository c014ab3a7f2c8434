import type { Facts, ObjectFact } from '../../facts/index.ts'

/** Facts of a database in which there is nothing but what is given. */
export function factsOf(parts: Partial<Facts> = {}): Facts {
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt: '2026-11-22T03:00:00Z',
    source: 'dump-snapshot',
    server: {
      version: '15.18',
      major: 15,
      database: 'shop',
      encoding: 'UTF8',
      collation: 'C',
      ctype: 'C',
      systemIdentifierHash: null,
      databaseBytes: '1',
    },
    schemas: ['public'],
    objects: [],
    tables: [],
    sequences: [],
    ...parts,
  }
}

export function objectOf(
  kind: ObjectFact['kind'],
  identity: string,
  properties: ObjectFact['properties'] = {},
): ObjectFact {
  return { kind, identity, properties, deparsed: [] }
}
