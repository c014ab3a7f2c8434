import { managedSchemas, schemasWithoutRows, tablesOfExtensions, tablesWithoutRows } from './managed-schemas.ts'
import { isOfExtension } from './platform-extensions.ts'
import { platformRoles, serviceRoles, settableRoles, settingsOfPlatform } from './platform-roles.ts'
import type { Platform } from './types.ts'

/** What of a project is the platform's own, and not in the dumps: it can't be compared with production. */
export interface Uncovered {
  readonly schemas: readonly string[]
  readonly roles: readonly string[]
  /** Left to the platform: the engine lacks them, and nothing but their stand-ins is there. */
  readonly extensions: readonly string[]
  /** Of the schemas, those whose rows such dumps never bring; and tables, as `schema.name`. */
  readonly withoutRows: readonly string[]
  /** Of the roles, those whose settings are a user's to give; and settings that the platform gives itself, as `role.name`. */
  readonly settableRoles: readonly string[]
  /** Those that the dumps bring too. */
  readonly rolesOfPlatform: readonly string[]
  readonly settingsOfPlatform: readonly string[]
}

export interface Brought {
  readonly rolesCreated: readonly string[]
  readonly schemasCreated: readonly string[]
  /** That it has rows for, by schema. */
  readonly schemasWithRows: readonly string[]
  /** The Supabase CLI has written it, or part of it. */
  readonly isOfCli: boolean
}

const known: readonly string[] = [...platformRoles, ...Object.keys(serviceRoles)]

/** Nothing where nothing was laid in: the dumps are then whole, or not of Supabase. */
export function uncoveredBy({ roles, schemas, leftToPlatform: extensions }: Platform, brought: Brought): Uncovered {
  const isLaid = roles.length > 0 || schemas.length > 0
  const always = { extensions, settableRoles, settingsOfPlatform, rolesOfPlatform: known }
  if (!isLaid) return { schemas: [], roles: [], withoutRows: [], ...always }
  const isLeftOut = (schema: string): boolean => !brought.schemasCreated.includes(schema)
  // A dump that brings `auth` brings the platform's schemas; what of them it leaves out is then missing.
  const isOfUsers = isLeftOut('auth') || !schemas.every(isOfExtension)
  const leftOut = isOfUsers ? managedSchemas.filter((schema) => isLeftOut(schema) || schemas.includes(schema)) : schemas
  return {
    schemas: [...new Set([...schemas, ...leftOut])],
    roles: known.filter((role) => !brought.rolesCreated.includes(role)),
    withoutRows: [
      ...schemasWithoutRows.filter((schema) => leftOut.includes(schema) && !brought.schemasWithRows.includes(schema)),
      ...(brought.isOfCli ? [...tablesWithoutRows, ...tablesOfExtensions] : []),
    ],
    ...always,
  }
}
