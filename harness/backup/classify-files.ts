import { folderOfDump, isDirectoryPart } from './directory-part.ts'
import { isGuideName, kindOfName, tableOfGuideName } from './name-kind.ts'
import type { FileKind } from './types.ts'

/**
 * Kinds of the files of one set, by their names together: `backup_objects_….sql` is a table beside the guide's whole
 * dumps and a backup of its own without them; parts of a directory-format dump are of its folder's kind.
 */
export function classifyFiles(names: readonly string[]): Map<string, FileKind> {
  const directories = new Set(names.map(folderOfDump).filter((folder) => folder !== null))
  const hasGuideDump = names.some(isGuideName)
  const isDirectoryDump = names.includes('toc.dat')
  return new Map(
    names.map((name) => {
      const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')))
      if (directories.has(folder) && isDirectoryPart(name)) return [name, kindOfName(`${folder}.dump`)]
      if (isDirectoryDump && folder === '' && isDirectoryPart(name)) return [name, 'full']
      const kind = kindOfName(name)
      return [name, kind === 'full' && hasGuideDump && tableOfGuideName(name) !== null ? 'table' : kind]
    }),
  )
}
