import type { SqlRunner } from '../core/index.ts'
import { identityOf } from './identity.ts'
import { observedSchemas } from './observe.ts'
import { catalogueQueries } from './queries/index.ts'
import { readLargeObjects } from './read-large-objects.ts'
import { byKindAndIdentity, objectsOf } from './read-objects.ts'
import { readSequences } from './read-sequences.ts'
import { Readings } from './readings.ts'
import { listTables, readTables } from './read-tables.ts'
import type { Facts, ObjectKind, SequenceFact, TableFact } from './types.ts'

interface Named {
  readonly schema: string
  readonly name: string
}

/** Parts of a database that are to be read anew. */
export interface Parts {
  /** All objects of these kinds. */
  readonly kinds?: readonly ObjectKind[]
  readonly tables?: readonly Named[]
  readonly sequences?: readonly Named[]
  readonly largeObjects?: boolean
}

/**
 * Facts of a restored copy with some parts read anew, by the same queries as {@link observe}, in the transaction that the caller has
 * open, and has pinned the settings of. What an extension keeps conditions for is not read anew.
 */
export async function reobserve(
  sql: SqlRunner,
  facts: Facts,
  parts: Parts,
  options: { readonly fingerprint: boolean; readonly signal?: AbortSignal },
): Promise<Facts> {
  const { oids } = await observedSchemas(sql, { schemas: facts.schemas })
  const readings = await Readings.open(sql)
  const objects = await readKinds(readings, facts, oids, parts.kinds ?? [])
  const tables = new Map<string, TableFact | null>()
  for (const { schema, name } of parts.tables ?? []) {
    options.signal?.throwIfAborted()
    const listed = await listTables(readings, oids, { table: name, conditions: new Map() })
    const [fact = null] = await readTables(
      readings,
      listed.filter((source) => source.schema === schema),
      options.fingerprint,
    )
    tables.set(identityOf([schema, name]), fact)
  }
  if (parts.largeObjects === true) {
    const fact = await readLargeObjects(readings, facts.server.major, options.fingerprint)
    tables.set(identityOf(['pg_catalog', 'pg_largeobject']), fact)
  }
  const sequences = new Map<string, SequenceFact>()
  if ((parts.sequences ?? []).length > 0) {
    const only = new Set(parts.sequences?.map(({ schema, name }) => identityOf([schema, name])))
    for (const fact of await readSequences(readings, oids, { only, signal: options.signal })) {
      sequences.set(identityOf([fact.schema, fact.name]), fact)
    }
  }
  await readings.close()
  return {
    ...facts,
    objects,
    tables: facts.tables.flatMap((table) => {
      const fact = tables.get(identityOf([table.schema, table.name]))
      return fact === undefined ? [table] : fact === null ? [] : [fact]
    }),
    sequences: facts.sequences.map((fact) => sequences.get(identityOf([fact.schema, fact.name])) ?? fact),
  }
}

async function readKinds(
  readings: Readings,
  facts: Facts,
  schemas: string,
  kinds: readonly ObjectKind[],
): Promise<Facts['objects']> {
  const { objects, server } = facts
  if (kinds.length === 0) return objects
  const known = objects.filter(({ kind }) => !kinds.includes(kind))
  for (const query of catalogueQueries) {
    if (!kinds.includes(query.kind)) continue
    const text = query.text({ major: server.major, schemas, isCopy: facts.source === 'restored' })
    const rows = query.mayFail ? await readings.readAllOrNone(text) : await readings.readAll(text)
    known.push(...objectsOf(query, rows))
  }
  return known.sort(byKindAndIdentity)
}
