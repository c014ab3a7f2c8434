import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isPlainRelativePath } from './manifest-schema.ts'

/* A set of files nested deeper, or of more of them, is not one that a backup tool writes. */
const maxDepth = 8
const maxEntries = 100_000

/** A regular file inside a set. */
export interface FoundFile {
  /** Relative to the set, with forward slashes. */
  readonly name: string
  /** Where its bytes are; for a symlink within the set, where it points. */
  readonly path: string
  readonly bytes: number
  readonly modifiedAt: Date
}

export interface UnsafeFile {
  readonly name: string
  /** `a FIFO`, `a symlink that leaves the set`. */
  readonly what: string
}

export interface WalkedSet {
  /** Sorted by name. */
  readonly files: readonly FoundFile[]
  readonly unsafe: readonly UnsafeFile[]
  /** Folders holding a `toc.dat`, by name; `''` is the set itself. */
  readonly directoryDumps: readonly string[]
}

/**
 * Lists a set's regular files without opening any. Hidden files are passed over. A symlink is followed only to a
 * regular file inside the same set; one that leaves it, one to a folder, and FIFOs, sockets and devices are unsafe.
 */
export async function walkSet(root: string, options: { readonly deep: boolean }): Promise<WalkedSet> {
  const files: FoundFile[] = []
  const unsafe: UnsafeFile[] = []
  const directoryDumps: string[] = []
  const realRoot = await realpath(root)

  const visit = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(realRoot, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      const path = join(realRoot, name)
      if (files.length + unsafe.length >= maxEntries) {
        unsafe.push({ name: folder, what: `a folder with more than ${maxEntries} files` })
        return
      }
      if (!isPlainRelativePath(name)) {
        unsafe.push({ name, what: 'a name with control characters or backslashes' })
      } else if (entry.isFile()) {
        const { size, mtime } = await lstat(path)
        files.push({ name, path, bytes: size, modifiedAt: mtime })
        if (entry.name === 'toc.dat') directoryDumps.push(folder)
      } else if (entry.isSymbolicLink()) {
        const target = await resolveInside(realRoot, path)
        if (typeof target === 'string') unsafe.push({ name, what: target })
        else files.push({ name, ...target })
      } else if (entry.isDirectory()) {
        if (!options.deep) continue
        if (depth >= maxDepth) unsafe.push({ name, what: `a folder nested deeper than ${maxDepth}` })
        else await visit(name, depth + 1)
      } else {
        unsafe.push({ name, what: nameOfType(entry) })
      }
    }
  }
  await visit('', 0)
  return {
    files: files.sort((a, b) => compareText(a.name, b.name)),
    unsafe: unsafe.sort((a, b) => compareText(a.name, b.name)),
    directoryDumps: directoryDumps.sort(compareText),
  }
}

/** Order by code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function resolveInside(root: string, link: string): Promise<Omit<FoundFile, 'name'> | string> {
  let path: string
  try {
    path = await realpath(link)
  } catch (error) {
    return `a symlink that leads nowhere (${error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'})`
  }
  if (!path.startsWith(root + sep)) return 'a symlink that leaves the set'
  const target = await stat(path)
  if (!target.isFile()) return 'a symlink to something other than a file'
  return { path, bytes: target.size, modifiedAt: target.mtime }
}

function nameOfType(entry: { isFIFO(): boolean; isSocket(): boolean }): string {
  return entry.isFIFO() ? 'a FIFO' : entry.isSocket() ? 'a socket' : 'a device'
}
