import { enumsFor } from './known-types.ts'
import { extensionsUsed, isOfExtension, ownersOf, platformExtensionOf } from './platform-extensions.ts'
import { platformRoles, rolesFor } from './platform-roles.ts'
import type { Platform, PlatformNeed, StandInTable } from './types.ts'

/** Schemas that a stand-in exists for, in the order in which they are laid: `platform-<schema>.sql`. */
export const platformSchemas = [
  'extensions',
  'auth',
  'storage',
  'realtime',
  'supabase_functions',
  'vault',
  'cron',
  'net',
  'graphql_public',
  'pgmq',
] as const

/** Schemas that are Supabase's and that nothing but rows is ever needed of. */
const schemasOfRows: readonly string[] = ['supabase_migrations', 'graphql', 'pgsodium']

const publicationName = 'supabase_realtime'

/**
 * What the dumps of one set need of the platform and don't bring themselves: roles that they grant to without creating
 * them, schemas that they refer to without creating them, tables that they have rows for without defining them. Empty for
 * a plain Postgres project.
 */
export function platformFor(need: PlatformNeed): Platform {
  const isLaid = (schema: string): boolean => {
    const owner = platformExtensionOf(schema)
    // Where the engine has it, the dump's own CREATE EXTENSION fills the schema; a schema alone holds nothing of it.
    if (owner !== null && need.extensions?.includes(owner)) return (need.extensionsLacking ?? []).includes(owner)
    return !need.schemasCreated.includes(schema)
  }
  const isAsked = (schema: string): boolean =>
    (need.extensions ?? []).includes(platformExtensionOf(schema) ?? '') ||
    need.schemasMentioned.includes(schema) ||
    [...(need.bareTables ?? []), ...(need.sequencesSet ?? [])].some((relation) => relation.schema === schema)
  const asked: readonly string[] = [...platformSchemas, ...schemasOfRows].filter(
    (schema) => isLaid(schema) && isAsked(schema),
  )
  // A schema of that name alone makes no Supabase project; what speaks for one is its roles, `auth` or `storage`.
  const speaks = platformRoles.some((role) => need.rolesMentioned.includes(role) && !need.rolesCreated.includes(role))
  const isProject =
    speaks ||
    bringsPlatform(need) ||
    asked.some((schema) => schema === 'auth' || schema === 'storage' || schema === 'extensions')
  const nothing: Platform = {
    roles: [],
    schemas: [],
    enums: [],
    tables: [],
    sequences: [],
    publications: [],
    extensions: [],
    leftToPlatform: [],
  }
  if (!isProject) return nothing
  // Of a dump that brings the rest, stand-ins are laid for extensions alone.
  const isPlain = asked.every(isOfExtension)
  const isWanted = (schema: string): boolean => asked.includes(schema) || (need.schemasCalled ?? []).includes(schema)
  const schemas = platformSchemas.filter(
    (schema) => isLaid(schema) && (isWanted(schema) || (!isPlain && isBasic(schema))),
  )
  const all = [...schemas, ...schemasOfRows.filter((schema) => isLaid(schema) && isWanted(schema))]
  return {
    roles: rolesFor(
      need,
      all.filter((schema) => !isOfExtension(schema)),
    ),
    schemas: all,
    enums: enumsFor(all, need.enumsThere ?? []),
    tables: (need.bareTables ?? []).filter(({ schema }) => all.includes(schema)).toSorted(byName),
    sequences: (need.sequencesSet ?? []).filter(({ schema }) => all.includes(schema)).toSorted(byName),
    publications: isPlain || (need.publicationsCreated ?? []).includes(publicationName) ? [] : [publicationName],
    extensions: extensionsUsed(need, all),
    leftToPlatform: ownersOf(need, all),
  }
}

/** A dump of a whole project: roles and schemas of the platform's in one. */
function bringsPlatform({ schemasCreated, rolesMentioned, rolesCreated }: PlatformNeed): boolean {
  return (
    schemasCreated.includes('auth') &&
    platformRoles.some((role) => rolesMentioned.includes(role) || rolesCreated.includes(role))
  )
}

/** Whatever else it refers to, a project's schema finds these two. */
function isBasic(schema: string): boolean {
  return schema === 'auth' || schema === 'extensions'
}

function byName(a: Pick<StandInTable, 'schema' | 'name'>, b: Pick<StandInTable, 'schema' | 'name'>): number {
  const [left, right] = [`${a.schema}.${a.name}`, `${b.schema}.${b.name}`]
  return left < right ? -1 : left > right ? 1 : 0
}

/** What was laid in, for a report: `schema auth`, `role anon`, `table auth.sessions`. */
export function listPlatform({
  roles,
  schemas,
  extensions,
  tables,
  sequences,
  publications,
}: Platform): readonly string[] {
  return [
    ...roles.map((name) => `role ${name}`),
    ...schemas.map((name) => `schema ${name}`),
    ...extensions.map(({ name }) => `extension ${name}`),
    ...tables.map(({ schema, name }) => `table ${schema}.${name}`),
    ...sequences.map(({ schema, name }) => `sequence ${schema}.${name}`),
    ...publications.map((name) => `publication ${name}`),
  ]
}
