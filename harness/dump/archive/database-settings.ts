import type { DumpSummary } from '../types.ts'
import { ReadMeter } from './archive-file.ts'
import type { ArchiveStore } from './archive-store.ts'
import { CustomArchive } from './custom-archive.ts'
import { DirectoryParts } from './directory-parts.ts'
import { FoldedArchive } from './folded-archive.ts'
import { TarParts } from './tar-parts.ts'

/** `ALTER DATABASE … SET name TO …`, or `ALTER ROLE … IN DATABASE … SET`, as an archive holds it. */
export interface DatabaseSetting {
  /** Whose sessions it is for; null for everybody's. */
  readonly role: string | null
  readonly name: string
  /** String literals, a comma between them. Read with standard_conforming_strings. */
  readonly literals: string
}

const name = String.raw`("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)`
/** With a backslash in it, pg_dump writes the other kind, and doubles it (appendStringLiteralConn). */
const literal = String.raw`(?:'(?:[^']|'')*'|E'(?:[^'\\]|''|\\\\)*')`
/** As makeAlterConfigCommand of pg_dump's dumputils.c writes them, and nothing else. */
const setting = new RegExp(
  String.raw`(?:^|\n)ALTER (?:DATABASE|ROLE ${name} IN DATABASE) ${name} SET ${name} TO (${literal}(?:, ${literal})*);(?=\n)`,
  'g',
)

/**
 * What an archive says of sessions in its database. Every archive does, with or without `pg_dump --create`;
 * `pg_restore --create` alone restores it. Nothing for a plain dump. Throws what {@link ArchiveStore} throws.
 */
export async function readDatabaseSettings(
  { path, format }: Pick<DumpSummary, 'path' | 'format'>,
  signal?: AbortSignal,
): Promise<readonly DatabaseSetting[]> {
  if (format === 'plain') return []
  await using store = await openStore(path, format, new ReadMeter(signal ? { signal } : {}))
  return store.entries.filter(({ type }) => type === 'DATABASE PROPERTIES').flatMap(settingsIn)
}

async function openStore(
  path: string,
  format: Exclude<DumpSummary['format'], 'plain'>,
  meter: ReadMeter,
): Promise<ArchiveStore> {
  if (format === 'custom') return CustomArchive.open(path, meter)
  return FoldedArchive.open(format === 'tar' ? await TarParts.open(path, meter) : new DirectoryParts(path, meter))
}

/** What one entry's definition says. Texts are bytes, one character each. */
export function settingsIn({ definition }: { readonly definition: string }): DatabaseSetting[] {
  const text = `${Buffer.from(definition, 'latin1').toString()}\n`
  return [...text.matchAll(setting)].map(([, role, , setting = '', literals = '']) => ({
    role: role === undefined ? null : unquoted(role),
    name: unquoted(setting),
    literals,
  }))
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
