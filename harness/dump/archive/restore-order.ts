import type { TocEntry } from './toc-entry.ts'

/** What is restored of an entry: its definition, its data, or both. */
export interface RestoreStep {
  readonly entry: TocEntry
  readonly definition: boolean
  readonly data: boolean
}

/**
 * What RestoreArchive of pg_backup_archiver.c restores without options, and in which order: everything in the order of
 * the table of contents, then the privileges, then what must not happen before them.
 */
export function restoreOrder(entries: readonly TocEntry[]): readonly RestoreStep[] {
  const passes = [passOf.main, passOf.privileges, passOf.last]
  const steps = entries.flatMap((entry) => stepOf(entry) ?? [])
  return passes.flatMap((pass) => steps.filter(({ entry }) => passFor(entry) === pass))
}

const passOf = { main: 0, privileges: 1, last: 2 } as const

/** _tocEntryRestorePass. */
function passFor({ type, tag, section }: TocEntry): number {
  if (type === 'ACL' || type === 'DEFAULT ACL') return passOf.privileges
  if (type === 'EVENT TRIGGER' || type === 'MATERIALIZED VIEW DATA') return passOf.last
  if ((type === 'COMMENT' || type === 'SECURITY LABEL') && tag.startsWith('EVENT TRIGGER ')) return passOf.last
  if (type === 'STATISTICS DATA' && section === 'post-data') return passOf.last
  return passOf.main
}

/** Entries that say how the archive is to be read. */
const settings = new Set(['ENCODING', 'STDSTRINGS', 'SEARCHPATH'])
/** Entries that only creating the database anew would need. */
const ofDatabase = new Set(['DATABASE', 'DATABASE PROPERTIES'])
const attached = new Set(['ACL', 'COMMENT', 'SECURITY LABEL'])

/** _tocEntryRequired. */
function stepOf(entry: TocEntry): RestoreStep | null {
  const { type, tag, definition, hasData } = entry
  if (settings.has(type) || ofDatabase.has(type)) return null
  if (attached.has(type) && tag.startsWith('DATABASE ')) return null
  const hasDefinition = definition !== '' && !definition.startsWith('-- load via partition root ')
  if (hasData) return { entry, definition: hasDefinition, data: true }
  // What counts as data though it is a statement is restored as its statement all the same.
  return hasDefinition ? { entry, definition: true, data: false } : null
}
