import type { PlatformNeed, StandInExtension } from './types.ts'

/** Extensions that Supabase installs in every project whether anything of the user's needs them or not. */
export const platformExtensions: ReadonlySet<string> = new Set([
  'pg_graphql',
  'pg_net',
  'pg_stat_statements',
  'pgcrypto',
  'pgjwt',
  'pgsodium',
  'supabase_vault',
  'uuid-ossp',
])

/** Schemas that an extension of the platform makes for itself. */
const owners: Readonly<Record<string, string>> = {
  cron: 'pg_cron',
  graphql: 'pg_graphql',
  net: 'pg_net',
  pgmq: 'pgmq',
  pgsodium: 'pgsodium',
  vault: 'supabase_vault',
}

export function platformExtensionOf(schema: string): string | null {
  return owners[schema] ?? null
}

/** Stand-ins of those name no role: they need none. */
export function isOfExtension(schema: string): boolean {
  return platformExtensionOf(schema) !== null
}

/**
 * Extensions that the dump creates and the engine lacks, whose schema a stand-in is laid for, or that every project has.
 * A dump of chosen schemas creates none: there it is production's.
 */
export function ownersOf(need: PlatformNeed, laid: readonly string[]): string[] {
  const { extensions = [], extensionsThere = [], extensionsLacking = [] } = need
  const stoodIn = new Set(laid.map(platformExtensionOf))
  const isPlatforms = (name: string): boolean => platformExtensions.has(name) || stoodIn.has(name)
  if (extensions.length > 0) return extensions.filter((name) => extensionsLacking.includes(name) && isPlatforms(name))
  return extensionsThere
    .map(({ name }) => name)
    .filter((name) => (isPlatforms(name) || ofSchemas.has(name)) && !laidInEvery.has(name))
}

const ofSchemas: ReadonlySet<string> = new Set(Object.values(owners))

/** By platform-extensions.sql. */
const laidInEvery: ReadonlySet<string> = new Set(['pgcrypto', 'uuid-ossp'])

/** A dump of chosen schemas (`-s`) makes no extension, and uses those that production has all the same. */
export function extensionsUsed(
  { extensions = [], extensionsThere = [] }: PlatformNeed,
  laid: readonly string[],
): readonly StandInExtension[] {
  if (extensions.length > 0 || !laid.includes('extensions')) return []
  return extensionsThere.filter(
    ({ name, schema }) => schema === 'extensions' && !platformExtensions.has(name) && !ofSchemas.has(name),
  )
}
