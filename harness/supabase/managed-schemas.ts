/** Schemas that Supabase makes in every project, or for a service of it, and looks after itself. */
export const managedSchemas: readonly string[] = (
  '_analytics _realtime _supavisor auth cron dbdev etl extensions graphql graphql_public net pgbouncer pgmq pgsodium ' +
  'pgsodium_masks pgtle realtime repack storage supabase_functions supabase_migrations tiger tiger_data topology vault'
).split(' ')

/** Tables that `supabase db dump` never has rows of: what the platform has done to its own schemas. */
export const tablesWithoutRows: readonly string[] = [
  'auth.schema_migrations',
  'storage.migrations',
  'supabase_functions.migrations',
]

/** Tables of extensions, whose rows the server's pg_dump leaves out of a dump that names schemas, as the CLI's does. */
export const tablesOfExtensions: readonly string[] = ['cron.job', 'cron.job_run_details', 'pgmq.meta']

/**
 * Of them, those whose rows `supabase db dump` leaves out, whatever it is asked for: secrets whose key no dump holds,
 * messages that have passed, what the platform has done to itself.
 */
export const schemasWithoutRows: readonly string[] = (
  '_analytics _realtime _supavisor etl extensions graphql graphql_public pgbouncer pgsodium pgsodium_masks pgtle ' +
  'realtime repack supabase_migrations tiger tiger_data topology vault'
).split(' ')
