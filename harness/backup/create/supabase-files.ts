import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FileKind } from '../types.ts'
import { readEntries, type ArchiveEntry } from './archive-entries.ts'
import { ownRolesOf } from './own-roles.ts'
import { findOwnTriggers, homeOf, type EntryHome } from './platform-entries.ts'

/** Writes a plain file out of the archive: pg_restore with these arguments. */
export type ArchiveWriter = (args: readonly string[], name: string) => Promise<void>

const listName = '.supabase.list'
const triggersName = '.supabase-triggers.sql'
const dataName = '.supabase-data.sql'

/**
 * A Supabase project's three files, as its CLI would write them but with what that loses: policies and triggers on `auth` and
 * `storage`, event triggers, publications and their tables, comments, large objects. And a fourth, the platform's `auth` and
 * `storage` themselves: a new project has them, a plain server does not. Nothing is rewritten line by line: each file is
 * pg_restore's own text of the entries that belong into it.
 */
export async function writeSupabaseFiles(
  folder: string,
  rolesFile: string,
  write: ArchiveWriter,
): Promise<Record<string, FileKind>> {
  await write(['--list'], listName)
  const entries = readEntries(await readFile(join(folder, listName), 'utf8'))
  const triggers = entries.filter(({ what }) => what === 'TRIGGER' || what === 'EVENT TRIGGER')
  await writeOnly(triggers, ['--schema-only'], triggersName)
  const ownTriggers = findOwnTriggers(await readFile(join(folder, triggersName), 'utf8'))
  const of = (home: EntryHome) => entries.filter((entry) => homeOf(entry, ownTriggers) === home)
  await writeOnly(of('platform'), ['--schema-only'], 'supabase_platform_schema.sql')
  await writeOnly(of('own'), ['--schema-only'], 'supabase_schema.sql')
  await writeOnly(of('own'), ['--data-only'], dataName)
  await resting(join(folder, dataName), join(folder, 'supabase_data.sql'))
  const roles = ownRolesOf(await readFile(join(folder, rolesFile), 'utf8'))
  await writeFile(join(folder, 'supabase_roles.sql'), roles, { mode: 0o600 })
  for (const name of [listName, triggersName, dataName]) await rm(join(folder, name), { force: true })
  return {
    'supabase_platform_schema.sql': 'other',
    'supabase_schema.sql': 'schema',
    'supabase_data.sql': 'data',
    // Not a second file of roles: the first has all of them.
    'supabase_roles.sql': 'other',
  }

  async function writeOnly(some: readonly ArchiveEntry[], args: readonly string[], name: string): Promise<void> {
    await writeFile(join(folder, listName), some.map(({ line }) => `${line}\n`).join(''), { mode: 0o600 })
    await write([...args, `--use-list=${join(folder, listName)}`], name)
  }
}

/** Triggers and foreign keys rest while the rows come in, as the CLI has it. */
async function resting(from: string, to: string): Promise<void> {
  const text = async function* (): AsyncGenerator<Buffer | string> {
    yield 'SET session_replication_role = replica;\n\n'
    yield* createReadStream(from) as AsyncIterable<Buffer>
    yield '\nRESET ALL;\n'
  }
  await pipeline(text, createWriteStream(to, { mode: 0o600 }))
}
