import { join } from 'node:path'
import { Fault, formatBytes, formatCount, scrubLine } from '../../core/index.ts'
import { listSets } from '../list-sets.ts'
import type { BackupSet, Manifest } from '../types.ts'
import type { CountedTable } from './check-written.ts'

/** A set as far as it is held against an earlier one. */
export interface SetSize {
  readonly source: NonNullable<Manifest['source']>
  readonly counted: readonly CountedTable[]
  /** Bytes of the archive. */
  readonly bytes: number
}

/** Reads what a set's `baseline.json` counted. Handed in: the room of facts knows. */
export type CountsReader = (path: string) => Promise<readonly CountedTable[]>

const shown = 8

/**
 * What has shrunk against the newest earlier set of the same database in the folder: a table that lost more than half of
 * its rows, all of them, or itself, and an archive of less than half the size. One line each; none where there is no
 * such set. It may be meant, so it is no reason to fail; nor is a folder that can't be read, which is said.
 */
export async function compareEarlier(
  folder: string,
  now: SetSize,
  readCounts: CountsReader,
): Promise<readonly string[]> {
  const sets = await listSets(folder).then(
    (listed) => listed.sets,
    (thrown: unknown) => (thrown instanceof Fault ? thrown : Promise.reject(thrown)),
  )
  if (sets instanceof Fault) return [`what has shrunk is not known, earlier sets could not be read: ${sets.message}`]
  const earlier = sets.find(({ manifest }) => manifest && isSameSource(manifest.source, now.source))
  if (!earlier?.manifest) return []
  const counted = await readEarlier(earlier, readCounts)
  const tables = counted === null ? [] : findShrunk(counted, now.counted)
  const lines: string[] = []
  if (tables.length > 0) {
    const more = tables.length > shown ? `, and ${tables.length - shown} more` : ''
    lines.push(`less than half of what ${earlier.name} has: ${tables.slice(0, shown).join(', ')}${more}`)
  }
  const bytes = archiveBytes(earlier.manifest)
  if (now.bytes * 2 < bytes) {
    lines.push(`the dump has ${formatBytes(now.bytes)}, that of ${earlier.name} had ${formatBytes(bytes)}`)
  }
  return lines
}

/** The same database of the same server, as far as both sets say. */
function isSameSource(earlier: Manifest['source'], now: SetSize['source']): boolean {
  if (!earlier || earlier.database !== now.database) return false
  const [before, after] = [earlier.systemIdentifierHash, now.systemIdentifierHash]
  return before === undefined || after === undefined || before === after
}

/** Null where it has no baseline, or none that can be read: it is encrypted, damaged, or of another tool. */
async function readEarlier({ root, manifest }: BackupSet, readCounts: CountsReader) {
  if (!manifest?.files.some(({ name }) => name === 'baseline.json')) return null
  return readCounts(join(root, 'baseline.json')).catch(() => null)
}

function findShrunk(before: readonly CountedTable[], after: readonly CountedTable[]): readonly string[] {
  const rows = new Map(after.map((table) => [nameOf(table), table.rows]))
  return before.flatMap((table) => {
    const name = nameOf(table)
    const left = rows.get(name)
    // An empty table that is gone has lost no rows.
    if (table.rows === 0 || (left !== undefined && left * 2 >= table.rows)) return []
    const what = left === undefined ? 'is gone' : left === 0 ? 'is empty' : `has ${formatCount(left)} rows`
    return [`${scrubLine(name, 80)} ${what} (${formatCount(table.rows)} before)`]
  })
}

function nameOf({ schema, name }: CountedTable): string {
  return `${schema}.${name}`
}

/** Of the archive that we write, a file or a folder of parts; of what it was before it was encrypted. */
function archiveBytes({ files }: Manifest): number {
  const parts = files.filter(({ name }) => /^full_database_backup(?:\.dump(?:\.age)?$|\/)/.test(name))
  return parts.reduce((sum, { bytes, plain }) => sum + (plain?.bytes ?? bytes), 0)
}
