import { isDeepStrictEqual } from 'node:util'
import { damaged } from './archive-damage.ts'
import type { FieldReader } from './field-reader.ts'
import type { ArchiveHead } from './read-head.ts'
import { readToc } from './read-toc.ts'
import { nameOf, type TocEntry } from './toc-entry.ts'

/**
 * `pg_dump -Fc > file`, from version 16 on, opens its standard output for appending (_allocAH of pg_backup_archiver.c):
 * the table of contents that it writes once more in the end, with the places of the data, follows the data instead of
 * replacing the first. pg_restore never looks at it. It must say what the first one says, and where the data was found.
 */
export async function checkTocAgain(
  fields: FieldReader,
  head: ArchiveHead,
  first: readonly TocEntry[],
  starts: ReadonlyMap<number, number>,
): Promise<void> {
  const again = await readToc(fields, head)
  if (again.length !== first.length || fields.left > 0) throw damaged('its two tables of contents differ in length')
  for (const [index, entry] of again.entries()) {
    const before = first[index]
    if (!before || !isDeepStrictEqual({ ...entry, place: null }, { ...before, place: null })) {
      throw damaged(`its two tables of contents differ at ${nameOf(entry)}`)
    }
    if (entry.place.kind === 'at' && entry.place.offset !== starts.get(entry.dumpId)) {
      throw damaged(`the data of ${nameOf(entry)} is not where its second table of contents says`)
    }
  }
}
