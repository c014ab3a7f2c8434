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

/** Extensions that the dump creates and the engine lacks, whose schema a stand-in is laid for, or that every project has. */
export function ownersOf({ extensions = [], extensionsLacking = [] }: PlatformNeed, laid: readonly string[]): string[] {
  const stoodIn = new Set(laid.map(platformExtensionOf))
  return extensions.filter(
    (name) => extensionsLacking.includes(name) && (platformExtensions.has(name) || stoodIn.has(name)),
  )
}

/** A dump of chosen schemas (`-s`) makes no extension, and uses those that production has all the same. */
export function extensionsUsed(
  { extensions = [], extensionsThere = [] }: PlatformNeed,
  laid: readonly string[],
): readonly StandInExtension[] {
  if (extensions.length > 0 || !laid.includes('extensions')) return []
  return extensionsThere.filter(({ name, schema }) => schema === 'extensions' && !platformExtensions.has(name))
}
