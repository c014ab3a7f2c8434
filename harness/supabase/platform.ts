import { readFile } from 'node:fs/promises'
import { Fault, type SqlRunner } from '../core/index.ts'

/** What a dump refers to and what it brings, as far as the platform is concerned. */
export interface PlatformNeed {
  readonly rolesMentioned: readonly string[]
  readonly rolesCreated: readonly string[]
  readonly schemasMentioned: readonly string[]
  readonly schemasCreated: readonly string[]
}

/** What was, or is to be, laid in before the restore to stand for the Supabase platform. */
export interface Platform {
  readonly roles: readonly string[]
  readonly schemas: readonly string[]
}

/** Made by platform-roles.sql and platform-schemas.sql; a test keeps them in step. */
export const platformRoles = [
  'anon',
  'authenticated',
  'service_role',
  'authenticator',
  'supabase_auth_admin',
  'dashboard_user',
] as const
export const platformSchemas = ['auth', 'extensions'] as const

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

/**
 * What the dumps of one set need of the platform and don't bring themselves: roles that they grant to without creating
 * them, schemas that they refer to without creating them. Empty for a plain Postgres project.
 */
export function platformFor(need: PlatformNeed): Platform {
  const lacksRole = platformRoles.some(
    (role) => need.rolesMentioned.includes(role) && !need.rolesCreated.includes(role),
  )
  const lacksSchema = platformSchemas.some(
    (schema) => need.schemasMentioned.includes(schema) && !need.schemasCreated.includes(schema),
  )
  // The schemas' own grants name the roles, so they come with them.
  return {
    roles: lacksRole || lacksSchema ? platformRoles.filter((role) => !need.rolesCreated.includes(role)) : [],
    schemas: lacksSchema ? platformSchemas.filter((schema) => !need.schemasCreated.includes(schema)) : [],
  }
}

/** Lays the platform into the database that is about to be restored into. */
export async function layPlatform(sql: SqlRunner, platform: Platform): Promise<void> {
  if (platform.roles.length > 0) await runFile(sql, 'platform-roles.sql')
  if (platform.schemas.length > 0) await runFile(sql, 'platform-schemas.sql')
}

async function runFile(sql: SqlRunner, name: string): Promise<void> {
  try {
    await sql.query(await readFile(new URL(`./${name}`, import.meta.url), 'utf8'))
  } catch (cause) {
    throw new Fault('E_DEFECT', `${name} does not run on this server`, {
      hint: 'report it with the major version',
      cause,
    })
  }
}
