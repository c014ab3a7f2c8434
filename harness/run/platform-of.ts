import type { DumpSummary, DumpTable, QualifiedName } from '../dump/index.ts'
import type { DisposableServer, EngineLack } from '../engine/index.ts'
import { partsOfIdentity, type Facts } from '../facts/index.ts'
import { platformFor, type Platform, type StandInEnum, type StandInExtension } from '../supabase/index.ts'
import { bootstrapRole } from './bootstrap-role.ts'
import { areOfChosenSchemas } from './chosen-schemas.ts'

/** What the dumps of one set, all together, need of the Supabase platform on an engine that lacks this. */
export function platformOf(
  summaries: readonly DumpSummary[],
  lacks: readonly EngineLack[],
  baseline: Facts | null,
  { foreign }: Pick<DisposableServer, 'foreign'> = {},
): Platform {
  const all = <Item>(of: (summary: DumpSummary) => readonly Item[]): readonly Item[] => summaries.flatMap(of)
  const defined = new Set(
    all(({ tables }) => tables)
      .filter((table) => table.defined)
      .map(keyOf),
  )
  const types = columnTypes(baseline)
  return platformFor({
    superuser: superuserOf(foreign, bootstrapRole(summaries, baseline)),
    rolesMentioned: all(({ rolesMentioned }) => rolesMentioned),
    rolesCreated: all(({ rolesCreated }) => rolesCreated),
    schemasMentioned: all(({ schemasMentioned }) => schemasMentioned),
    schemasCalled: all(({ schemasCalled }) => schemasCalled),
    schemasCreated: all(({ schemasCreated }) => schemasCreated),
    extensions: all(({ extensions }) => extensions),
    // A full dump that lacks one has lost it.
    extensionsThere: areOfChosenSchemas(summaries) ? extensionsOf(baseline) : [],
    extensionsLacking: lacks.flatMap(({ what }) => /^extension (\S+)$/.exec(what)?.[1] ?? []),
    publicationsCreated: all(({ publicationsCreated }) => publicationsCreated),
    enumsThere: enumsOf(baseline),
    bareTables: all(({ bareTables }) => bareTables)
      .filter((table) => !defined.has(keyOf(table)))
      .map((table) => ({ ...table, types: types.get(keyOf(table)) ?? {} })),
    // An identity column of the dump's brings its own, called after the table.
    sequencesSet: all(({ sequencesSet }) => sequencesSet).filter(
      ({ schema, name }) => !all(({ tables }) => tables).some((table) => isNamedAfter(table, { schema, name })),
    ),
  })
}

/** A server of somebody else's need not have the role that every server of ours begins with: whoever signs in rules it. */
function superuserOf(foreign: DisposableServer['foreign'], bootstrap: string): string {
  return !foreign || foreign.isExistingRole(bootstrap) ? bootstrap : foreign.login
}

function extensionsOf(facts: Facts | null): readonly StandInExtension[] {
  const found = facts?.objects.filter(({ kind }) => kind === 'extension') ?? []
  return found.map(({ identity, properties }) => ({
    name: partsOfIdentity(identity)[0] ?? '',
    schema: properties['schema'] ?? '',
  }))
}

function isNamedAfter(table: DumpTable, { schema, name }: QualifiedName): boolean {
  return table.defined && table.schema === schema && name.startsWith(`${table.name}_`)
}

/** By table: the types of its columns. */
function columnTypes(facts: Facts | null): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const columns = (facts?.objects ?? []).filter(({ kind }) => kind === 'column')
  const tables = Map.groupBy(columns, ({ identity }) => {
    const [schema = '', name = ''] = partsOfIdentity(identity)
    return keyOf({ schema, name })
  })
  return new Map(
    [...tables].map(([table, some]) => [
      table,
      Object.fromEntries(
        some.map(({ identity, properties }) => [partsOfIdentity(identity)[2] ?? '', properties['type'] ?? '']),
      ),
    ]),
  )
}

/** Their labels are literals, one after the other. */
function enumsOf(facts: Facts | null): readonly StandInEnum[] {
  const found = facts?.objects.filter(({ kind }) => kind === 'enum') ?? []
  return found.map(({ identity, properties }) => {
    const [schema = '', name = ''] = partsOfIdentity(identity)
    const labels = (properties['labels'] ?? '').matchAll(/'((?:[^']|'')*)'/g)
    return { schema, name, labels: [...labels].map(([, label = '']) => label.replaceAll("''", "'")) }
  })
}

function keyOf({ schema, name }: QualifiedName): string {
  return JSON.stringify([schema, name])
}
