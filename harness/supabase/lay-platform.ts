import { readFile } from 'node:fs/promises'
import { Fault, quoteIdentifier, type SqlRunner } from '../core/index.ts'
import { knownColumns } from './known-tables.ts'
import { enumUnlessThere, typeToLay } from './known-types.ts'
import { membershipsOf, platformRoles, serviceRoles } from './platform-roles.ts'
import { platformSchemas } from './platform.ts'
import type { Platform, StandInEnum, StandInName, StandInTable } from './types.ts'

/** Any part of it alone, too. */
export type PlatformPart = Partial<Platform>

/** Lays the platform into the database that is about to be restored into. Whatever is there already stays. */
export async function layPlatform(sql: SqlRunner, platform: PlatformPart): Promise<void> {
  const { roles = [], schemas = [], tables = [], sequences = [], publications = [], extensions = [] } = platform
  const { enums = [] } = platform
  const basic: readonly string[] = platformRoles
  if (roles.some((role) => basic.includes(role))) await runFile(sql, 'platform-roles.sql')
  for (const role of roles) {
    const attributes = serviceRoles[role]
    if (attributes !== undefined) await run(sql, `role ${role}`, roleUnlessThere(role, attributes))
    const memberships = roles.some((name) => basic.includes(name)) ? (membershipsOf[role] ?? []) : []
    for (const statement of memberships) await run(sql, `role ${role}`, statement)
  }
  for (const schema of platformSchemas) {
    if (schemas.includes(schema)) await runFile(sql, `platform-${schema}.sql`)
  }
  const known: readonly string[] = platformSchemas
  for (const schema of schemas.filter((name) => !known.includes(name)))
    await run(sql, schema, `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`)
  for (const one of enums) await run(sql, one.name, enumUnlessThere(one))
  for (const { name, schema } of extensions) await run(sql, name, extensionIfAvailable(name, schema))
  for (const table of tables) await fitTable(sql, table, enums)
  for (const sequence of sequences) await run(sql, sequence.name, `CREATE SEQUENCE IF NOT EXISTS ${nameOf(sequence)}`)
  if (publications.length > 0) await runFile(sql, 'platform-publication.sql')
}

function roleUnlessThere(role: string, attributes: string): string {
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN
      CREATE ROLE ${quoteIdentifier(role)} ${attributes};
    END IF;
  END $$`
}

/** What this server has no files of is refused where the dump uses it, and said there. */
function extensionIfAvailable(name: string, schema: string): string {
  const literal = name.replaceAll("'", "''")
  return `DO $do$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = '${literal}') THEN
      CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)} WITH SCHEMA ${quoteIdentifier(schema)};
    END IF;
  END $do$`
}

interface ColumnState {
  readonly name: string
  readonly isGenerated: boolean
}

/**
 * A table with the columns that the rows to come name: a new one, or the stand-in's, where what the rows don't name goes
 * (the project is older than it) and what it lacks is added (the project is newer).
 */
async function fitTable(sql: SqlRunner, table: StandInTable, enums: readonly StandInEnum[]): Promise<void> {
  const { schema, name, columns } = table
  const there = await readColumns(sql, table)
  const known = knownColumns(schema, name)
  const add = (column: string): string => {
    const type = typeToLay(table.types?.[column], enums) ?? typeToLay(known.get(column), enums) ?? 'text'
    return `${quoteIdentifier(column)} ${type}`
  }
  if (there.length === 0) {
    const list = columns.length > 0 ? columns.map(add) : [...known.keys()].map(add)
    await run(sql, name, `CREATE TABLE IF NOT EXISTS ${nameOf(table)} (${list.join(', ')})`)
    await run(sql, name, `ALTER TABLE ${nameOf(table)} ENABLE ROW LEVEL SECURITY`)
    return
  }
  if (columns.length === 0) return
  const names = new Set(there.map((column) => column.name))
  const changes = [
    ...there
      .filter((column) => !column.isGenerated && !columns.includes(column.name))
      .map((column) => `DROP COLUMN ${quoteIdentifier(column.name)} CASCADE`),
    ...columns.filter((column) => !names.has(column)).map((column) => `ADD COLUMN ${add(column)}`),
  ]
  if (changes.length > 0) await run(sql, name, `ALTER TABLE ${nameOf(table)} ${changes.join(', ')}`)
}

/** Checked on PostgreSQL 15 and 17. */
async function readColumns(sql: SqlRunner, { schema, name }: StandInName): Promise<readonly ColumnState[]> {
  const rows = await sql.query(
    `SELECT a.attname AS name, a.attgenerated <> '' AS generated
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum`,
    [schema, name],
  )
  return rows.map((row) => ({ name: row['name'] ?? '', isGenerated: row['generated'] === 't' }))
}

function nameOf({ schema, name }: StandInName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

async function runFile(sql: SqlRunner, name: string): Promise<void> {
  await run(sql, name, await readFile(new URL(`./${name}`, import.meta.url), 'utf8'))
}

async function run(sql: SqlRunner, name: string, text: string): Promise<void> {
  try {
    await sql.query(text)
  } catch (cause) {
    throw new Fault('E_DEFECT', `the platform's stand-in for ${name} does not run on this server`, {
      hint: 'report it with the major version',
      cause,
    })
  }
}
