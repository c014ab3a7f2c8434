/** Images that are known to bring an extension, by a major; Supabase's are tagged by version, which the project says. */
const images: Readonly<Record<string, (major: number) => string>> = {
  postgis: (major) => `postgis/postgis:${major}-${major >= 18 ? '3.6' : '3.5'}`,
  timescaledb: (major) => `timescale/timescaledb:latest-pg${major}`,
  vector: (major) => `pgvector/pgvector:pg${major}`,
}
const ofSupabase = new Set([
  'http',
  'pg_cron',
  'pg_graphql',
  'pg_jsonschema',
  'pg_net',
  'pgjwt',
  'pgmq',
  'pgsodium',
  'supabase_vault',
  'wrappers',
])

/** What to do for want of a thing: an image that has it, by name where one is known. */
export function remedyByImage(what: string, major: number | null): string {
  const extension = /^extension (\S+)/.exec(what)?.[1] ?? ''
  const image = major === null ? null : (images[extension]?.(major) ?? null)
  if (image !== null) return `rehearse with an image that has ${extension}: --engine container --image ${image}`
  const supabase = `--engine container --image supabase/postgres:<your project's version>`
  if (ofSupabase.has(extension)) return `rehearse with an image that has ${extension}: ${supabase}`
  return `rehearse with an image that has ${what}: --engine container --image …`
}
