import { access, constants, lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { isDirectoryPart } from './directory-part.ts'
import { manifestName } from './manifest-name.ts'
import { isPlainRelativePath } from './manifest-schema.ts'
import { isStorageEntry, storageFolder } from './storage/names.ts'

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

export interface WalkOptions {
  /** Also what lies in folders. Otherwise, of a folder that is a dump in directory format, its `toc.dat` alone. */
  readonly deep: boolean
  /** Folders that are entered even so. */
  readonly into?: ReadonlySet<string>
}

/**
 * Files of Supabase Storage beside the dump: whatever their users called them, none is a dump. They have a manifest of their
 * own, which alone is a file of the set.
 */
async function isStorageBackup(folder: string): Promise<boolean> {
  return (
    basename(folder) === storageFolder &&
    (await readdir(folder)).some((name) => /^storage-(?:manifest|summary)\.json/.test(name))
  )
}

/**
 * Lists a set's regular files without opening any. Hidden files are passed over. A symlink is followed only to a
 * regular file inside the same set; one that leaves it, one to a folder, and FIFOs, sockets and devices are unsafe, and
 * so is any symlink among the parts of a dump in directory format.
 */
export async function walkSet(root: string, options: WalkOptions): Promise<WalkedSet> {
  const files: FoundFile[] = []
  const unsafe: UnsafeFile[] = []
  const directoryDumps: string[] = []
  const links = new Set<string>()
  const realRoot = await realpath(root)

  const visit = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(realRoot, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      const path = join(realRoot, name)
      if (entry.name === 'toc.dat') directoryDumps.push(folder)
      if (files.length + unsafe.length >= maxEntries) {
        unsafe.push({ name: folder, what: `a folder with more than ${maxEntries} files` })
        return
      }
      if (!isPlainRelativePath(name)) {
        unsafe.push({ name, what: 'a name with control characters or backslashes' })
      } else if (entry.isFile()) {
        const { size, mtime } = await lstat(path)
        files.push({ name, path, bytes: size, modifiedAt: mtime })
      } else if (entry.isSymbolicLink()) {
        const target = await resolveInside(realRoot, path)
        if (typeof target === 'string') unsafe.push({ name, what: target })
        else {
          files.push({ name, ...target })
          links.add(name)
        }
      } else if (entry.isDirectory()) {
        if (await isStorageBackup(path)) {
          if (options.deep && name === storageFolder) files.push(...(await storageEntries(path)))
        } else if (!options.deep && !options.into?.has(name)) files.push(...(await tocIn(path, name)))
        else if (depth >= maxDepth) unsafe.push({ name, what: `a folder nested deeper than ${maxDepth}` })
        else await visit(name, depth + 1)
      } else {
        unsafe.push({ name, what: nameOfType(entry) })
      }
    }
  }
  await visit('', 0)
  const dumps = new Set(directoryDumps)
  const isLinkedPart = ({ name }: FoundFile): boolean =>
    links.has(name) && isDirectoryPart(name) && dumps.has(name.slice(0, Math.max(0, name.lastIndexOf('/'))))
  const what = 'a symlink in a dump in directory format'
  unsafe.push(...files.filter(isLinkedPart).map(({ name }) => ({ name, what })))
  return {
    files: files.filter((file) => !isLinkedPart(file)).sort((a, b) => compareText(a.name, b.name)),
    unsafe: unsafe.sort((a, b) => compareText(a.name, b.name)),
    directoryDumps: directoryDumps.sort(compareText),
  }
}

async function storageEntries(folder: string): Promise<FoundFile[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && isStorageEntry(entry.name),
  )
  return Promise.all(
    entries.map(async ({ name }) => {
      const path = join(folder, name)
      const { size, mtime } = await lstat(path)
      return { name: `${storageFolder}/${name}`, path, bytes: size, modifiedAt: mtime }
    }),
  )
}

/** Order by code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * That a folder is a dump in directory format: its `toc.dat`, whatever that is, for it is not opened by this. Not of one
 * that is sealed: that is a set of its own.
 */
async function tocIn(folder: string, name: string): Promise<FoundFile[]> {
  if (!(await isListable(folder)) || (await lookAt(join(folder, manifestName))) !== null) return []
  const toc = await lookAt(join(folder, 'toc.dat'))
  if (toc === null) return []
  return [{ name: `${name}/toc.dat`, path: join(folder, 'toc.dat'), bytes: toc.size, modifiedAt: toc.mtime }]
}

async function lookAt(path: string) {
  return lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
}

/** Whoever looks into a folder that may not be listed finds that out, and says it. */
async function isListable(folder: string): Promise<boolean> {
  return access(folder, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
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
