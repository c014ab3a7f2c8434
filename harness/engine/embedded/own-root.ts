import { chmod, copyFile, lstat, mkdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ServerUser } from '../server-uid.ts'

/**
 * A root of the server's own: its binaries, the system's libraries, four devices and its run folder, and nothing else of
 * this machine: no shell, no programs, no home, no /tmp. Laid out in the run folder, and mounted in a mount namespace
 * that ends with the server. See mount_namespaces(7), pivot_root(2).
 */
export interface OwnRoot {
  readonly path: string
  /** For `mount --fstab`, in that order. */
  readonly table: string
  /** What is mounted, as the server sees it, and whether it may be written to. */
  readonly mounts: ReadonlyMap<string, Mount>
  /** What proves that the root can be had: it ends at once. */
  readonly trial: readonly string[]
}

export interface Mount {
  /** As it lies on this machine; null for a fresh /proc. */
  readonly source: string | null
  readonly options: readonly string[]
}

/** What the root is made for. */
export interface RootNeed {
  /** The run folder. */
  readonly folder: string
  readonly data: string
  readonly socket: string
  /** Server binaries, with `bin`, `lib` and `share`. */
  readonly installed: string
  readonly user: ServerUser
}

/** Where the last steps of a start are taken from, once this machine's programs are out of sight. */
export const launchFolder = '/launch'
/** `umount` lets go of the machine's root; `unshare` and `setpriv` give up what it took to get here. */
const launchTools = ['umount', 'unshare', 'setpriv'] as const
const toolFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'] as const

const readOnly = ['bind', 'ro', 'nosuid', 'nodev'] as const
/** A library that a dump has written can't be loaded from where nothing may be executed. */
const writable = ['bind', 'rw', 'nosuid', 'nodev', 'noexec'] as const
const device = ['bind', 'nosuid', 'noexec'] as const

/** Null where this machine lacks what it is made of. */
export async function layOutRoot(need: RootNeed): Promise<OwnRoot | null> {
  const path = join(need.folder, 'root')
  const mounts = new Map<string, Mount>([
    // What is executed lies in mounts of its own. Where the run folder is on a file system that forbids it (/dev/shm of a
    // container), an ordinary user may not lift that.
    ['/', { source: path, options: [...readOnly, 'noexec'] }],
  ])
  const libraries = await libraryFolders()
  for (const folder of [need.installed, ...libraries]) mounts.set(folder, { source: folder, options: readOnly })
  if (await isThere('/usr/lib/locale')) {
    mounts.set('/usr/lib/locale', { source: '/usr/lib/locale', options: [...readOnly, 'noexec'] })
  }
  for (const folder of [need.data, need.socket]) mounts.set(folder, { source: folder, options: writable })
  mounts.set('/proc', { source: null, options: ['nosuid', 'nodev', 'noexec'] })
  const files = new Map<string, Mount>(
    devices.map((name) => [`/dev/${name}`, { source: `/dev/${name}`, options: device }]),
  )
  for (const tool of launchTools) {
    const source = await findTool(tool)
    if (source === null) return null
    files.set(`${launchFolder}/${tool}`, { source, options: readOnly })
  }
  files.set('/bin/sh', { source: await findNoShell(), options: readOnly })
  await makeFolders(path, [...mounts.keys(), ...[...files.keys()].map(dirname), '/etc', '/old'])
  await makeLinks(path)
  for (const file of files.keys()) await writeFile(join(path, file), '')
  // getpwuid is asked for the server's name.
  const { uid, gid } = need.user.kind === 'separate' ? need.user : { uid: process.getuid?.(), gid: process.getgid?.() }
  await writeFile(join(path, 'etc/passwd'), `postgres:x:${uid}:${gid}::/:/\n`)
  if (await isThere('/etc/ld.so.cache')) await copyFile('/etc/ld.so.cache', join(path, 'etc/ld.so.cache'))
  for (const file of ['etc/passwd', 'etc/ld.so.cache']) await chmodIfThere(join(path, file), 0o644)
  const all = new Map([...mounts, ...files])
  const table = join(need.folder, 'mounts')
  await writeFile(table, mountTable(path, all), { mode: 0o600 })
  return { path, table, mounts: all, trial: [join(need.installed, 'bin', 'postgres'), '-V'] }
}

const devices = ['null', 'zero', 'random', 'urandom'] as const

/** A line each, as fstab(5) has them. Exported for its test. */
export function mountTable(root: string, mounts: ReadonlyMap<string, Mount>): string {
  const lines = [...mounts].map(([target, { source, options }]) => {
    const where = escapeField(target === '/' ? root : join(root, target))
    return source === null
      ? `proc ${where} proc ${options.join(',')} 0 0`
      : `${escapeField(source)} ${where} none ${options.join(',')} 0 0`
  })
  return `${lines.join('\n')}\n`
}

function escapeField(path: string): string {
  return path.replace(/[\s\\#]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const

/** The system's own libraries, wherever this distribution keeps them. */
async function libraryFolders(): Promise<readonly string[]> {
  const triplet = process.arch === 'arm64' ? multiarch.arm64 : multiarch.x64
  const folders = new Set<string>()
  for (const path of ['/lib64', '/usr/lib64', `/lib/${triplet}`, `/usr/lib/${triplet}`]) {
    if (await isThere(path)) folders.add(await realpath(path))
  }
  return [...folders]
}

/** The way to the libraries, and to the loader that a program names: as this machine has it. */
async function makeLinks(root: string): Promise<void> {
  for (const path of ['/lib', '/lib64', '/usr/lib64', '/lib/ld-linux-aarch64.so.1']) {
    try {
      await symlink(await readlink(path), join(root, path))
    } catch (error) {
      // No link here, or its folder is mounted whole.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }
}

/** Open to the server's user, whatever our umask. */
async function makeFolders(root: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const made = await mkdir(join(root, folder), { recursive: true, mode: 0o755 })
    if (made === undefined) continue
    for (let path = join(root, folder); path.length >= made.length; path = dirname(path)) await chmod(path, 0o755)
  }
}

/**
 * What is run in place of a shell, and fails: without any file of that name, `popen` says that memory is out, and that is
 * what the server would tell. Some systems have one program for all, which would be the very shell under that name.
 */
async function findNoShell(): Promise<string> {
  const found = await findTool('false')
  if (found !== null && basename(found) === 'false') return found
  // "invalid option -- 'c'"
  return (await findTool('setpriv')) ?? '/dev/null'
}

async function findTool(name: string): Promise<string | null> {
  for (const folder of toolFolders) {
    if (await isThere(join(folder, name))) return realpath(join(folder, name))
  }
  return null
}

async function chmodIfThere(path: string, mode: number): Promise<void> {
  if (await isThere(path)) await chmod(path, mode)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch {
    return false
  }
}
