import type { PlatformNeed } from './types.ts'

/** Made by platform-roles.sql; a test keeps them in step. */
export const platformRoles = [
  'anon',
  'authenticated',
  'service_role',
  'authenticator',
  'supabase_auth_admin',
  'dashboard_user',
] as const

/** Roles that are there in a project for one service each, with their attributes. None may log in here. */
export const serviceRoles: Readonly<Record<string, string>> = {
  // Owners of event triggers must be superusers.
  supabase_admin: 'NOLOGIN SUPERUSER',
  supabase_storage_admin: 'NOLOGIN NOINHERIT CREATEROLE',
  supabase_realtime_admin: 'NOLOGIN NOINHERIT',
  supabase_functions_admin: 'NOLOGIN NOINHERIT CREATEROLE',
  supabase_replication_admin: 'NOLOGIN REPLICATION',
  supabase_read_only_user: 'NOLOGIN BYPASSRLS',
  supabase_etl_admin: 'NOLOGIN REPLICATION',
  supabase_privileged_role: 'NOLOGIN',
  pgbouncer: 'NOLOGIN',
  pgsodium_keyholder: 'NOLOGIN',
  pgsodium_keyiduser: 'NOLOGIN',
  pgsodium_keymaker: 'NOLOGIN',
  pgtle_admin: 'NOLOGIN',
  // Of a dump that was taken as another superuser.
  postgres: 'NOLOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS',
}

const owner = 'postgres'

/** Of them, those that a project's owner gives settings to, … */
export const settableRoles: readonly string[] = ['anon', 'authenticated', 'service_role', 'authenticator', owner]

/** … and settings that every project has of itself. https://github.com/supabase/postgres, migrations/db */
export const settingsOfPlatform: readonly string[] = [
  ...['anon', 'authenticated', 'authenticator'].map((role) => `${role}.statement_timeout`),
  ...['lock_timeout', 'session_preload_libraries', 'idle_in_transaction_session_timeout'].map(
    (setting) => `authenticator.${setting}`,
  ),
  ...['search_path', 'log_statement'].map((setting) => `${owner}.${setting}`),
]

/** Every project has them, whatever a backup says. None where these are not the roles of a project. */
export function rolesOfProject(mentioned: readonly string[]): readonly string[] {
  const isProject = ['anon', 'authenticated', 'service_role'].every((role) => mentioned.includes(role))
  return isProject ? [...platformRoles, ...Object.keys(serviceRoles)] : []
}

/** Of them, who is the user: what he owns is no part of the platform. */
export function isProjectOwner(role: string): boolean {
  return role === owner
}

/**
 * What a hosted project's owner may do without being a superuser: views and functions of his (SECURITY DEFINER) read with
 * it. By role; beside platform-roles.sql. https://github.com/supabase/postgres, migrations/db
 */
export const membershipsOf: Readonly<Record<string, readonly string[]>> = {
  [owner]: [
    `GRANT anon, authenticated, service_role TO ${owner} WITH ADMIN OPTION`,
    `GRANT pg_monitor, pg_read_all_data, pg_signal_backend TO ${owner}`,
  ],
}

/** Who owns the stand-in of a schema. */
const ownerOfSchema: Readonly<Record<string, string>> = { storage: 'supabase_storage_admin' }

/** Roles to lay for a project of Supabase, and for the schemas that are laid. */
export function rolesFor(need: PlatformNeed, schemas: readonly string[]): readonly string[] {
  const basic: readonly string[] = platformRoles
  // Stand-ins grant to the project's owner too.
  const owners = new Set([...schemas.map((schema) => ownerOfSchema[schema]), ...(schemas.length > 0 ? [owner] : [])])
  // A stand-in's own grants name them before the dumps can create them.
  const lacks = (role: string): boolean =>
    !need.rolesCreated.includes(role) || (schemas.length > 0 && (basic.includes(role) || owners.has(role)))
  const isBasicNeeded = schemas.length > 0 || basic.some((role) => need.rolesMentioned.includes(role) && lacks(role))
  const service = Object.keys(serviceRoles).filter(
    (role) => role !== (need.superuser ?? owner) && (owners.has(role) || need.rolesMentioned.includes(role)),
  )
  return [...(isBasicNeeded ? basic : []), ...service].filter(lacks)
}
