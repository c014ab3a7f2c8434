import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { Fault, systemClock, type Clock } from '../core/index.ts'
import { artefactsOfManifest, artefactsOfNames } from './artefacts.ts'
import { dateSet, isFromFuture } from './date-set.ts'
import { folderOfDump } from './directory-part.ts'
import { isDump } from './choose-restore.ts'
import { findSetProblems } from './find-set-problems.ts'
import { groupFiles } from './group-files.ts'
import { manifestName } from './manifest-name.ts'
import { problem } from './problem.ts'
import { reading } from './reading.ts'
import { readManifest } from './read-manifest.ts'
import { readSidecars } from './read-sidecars.ts'
import { walkSet, type FoundFile, type WalkedSet } from './walk-set.ts'
import type { BackupFile, BackupSet } from './types.ts'

/**
 * Opens one backup set: a folder with a manifest, a folder of dumps as the backup guide, its script or the Supabase
 * CLI leave it, a dump in directory format, or a single dump file. Reads names, sizes, the manifest and checksum
 * files, never a dump. What is wrong with the set comes back in `problems`; only a path that is no set throws.
 */
export async function openSet(path: string, clock: Clock = systemClock): Promise<BackupSet> {
  const root = resolve(path)
  return reading(root, () => openPath(root, clock))
}

async function openPath(root: string, clock: Clock): Promise<BackupSet> {
  const found = await statOf(root)
  if (found.isFile()) return openDump(root, clock)
  if (!found.isDirectory()) {
    throw new Fault('E_BACKUP_UNSAFE_FILE', `${root} is neither a file nor a folder`, {
      hint: 'give a folder of backup sets, one set, or one dump',
    })
  }
  const { files } = await walkSet(root, { deep: false })
  const names = files.map((file) => file.name)
  if (names.includes(manifestName) || names.includes('toc.dat')) return openFolder(root, null, clock)
  const groups = groupFiles(names)
  if (groups.length > 1) {
    throw new Fault('E_USAGE', `${root} holds ${groups.length} backups`, { hint: 'name one of them' })
  }
  const set = await openFolder(root, groups[0] ?? null, clock)
  if (set.files.some((file) => isDump(file))) return set
  const locked = set.problems.find(
    ({ code, notice }) =>
      code === 'E_DUMP_FORMAT_UNSUPPORTED' ||
      code === 'E_BACKUP_INCOMPLETE' ||
      (code === 'E_BACKUP_UNSAFE_FILE' && !notice),
  )
  if (locked) throw new Fault(locked.code, locked.message, { hint: locked.hint })
  throw new Fault('E_BACKUP_NONE', `${root} holds no backup`, {
    hint: 'a backup is a dump (.sql, .dump, .backup, .tar; also .gz, .zst, .lz4), a folder by pg_dump -Fd, or a folder with manifest.json',
  })
}

/** The folder as one set; `only` these of its files, when the folder holds other backups beside. */
export async function openFolder(root: string, only: readonly string[] | null, clock: Clock): Promise<BackupSet> {
  const walked = await walkSet(root, { deep: true })
  const now = clock.now()
  const members = only === null ? null : new Set(only)
  const files = walked.files.filter(
    ({ name }) => members === null || members.has(name) || isInDump(name, walked.directoryDumps),
  )
  const sealing = files.find((file) => file.name === manifestName)
  const reading = sealing ? await readManifest(sealing.path) : { manifest: null, fault: null }
  const { manifest } = reading
  const content = files.filter((file) => file !== sealing)
  const sidecars = manifest ? null : await readSidecars(content)
  const byName = new Map(content.map((file) => [file.name, file]))
  const artefacts = manifest
    ? artefactsOfManifest(root, manifest, byName)
    : artefactsOfNames(root, content, sidecars?.expected ?? new Map())
  const time = dateSet({ root, files: content, manifest, whole: true }, now)
  return {
    root,
    id: manifest?.id ?? basename(root),
    name: manifest?.name ?? basename(root),
    ...time,
    sealed: manifest !== null,
    manifest,
    files: artefacts,
    extra: manifest ? extraOf(content, new Set(manifest.files.map((file) => file.name))) : [],
    problems: findSetProblems({
      root,
      manifestFault: reading.fault,
      manifest,
      files: content,
      artefacts,
      unsafe: walked.unsafe,
      listedMissing: sidecars?.missing ?? [],
      sidecarProblems: sidecars?.problems ?? [],
      fromFuture: isFromFuture(time.createdAt, now) ? time.createdAt : null,
    }),
  }
}

/** These files of a folder as a set of their own: one of several backups that lie in it. */
export async function openGroup(root: string, names: readonly string[], clock: Clock): Promise<BackupSet> {
  const into = new Set(names.map(folderOfDump).filter((folder) => folder !== null))
  const walked = await walkSet(root, { deep: false, into })
  const members = new Set(names)
  const isMember = ({ name }: { readonly name: string }): boolean => members.has(name) || isInDump(name, [...into])
  const unsafe = walked.unsafe.filter(isMember)
  return assemble(root, walked.files.filter(isMember), { files: walked.files, unsafe }, clock)
}

/** One dump by its path. It was asked for by name: whatever the name, and a symlink is followed. */
async function openDump(path: string, clock: Clock): Promise<BackupSet> {
  const root = dirname(path)
  const target = await stat(path)
  const file = { name: basename(path), path: await realpath(path), bytes: target.size, modifiedAt: target.mtime }
  const walked = await walkSet(root, { deep: false })
  const assembled = await assemble(root, [file], { ...walked, unsafe: [] }, clock)
  const set = { ...assembled, files: assembled.files.map(asDump) }
  if (!walked.files.some(({ name }) => name === manifestName)) return set
  const unread = problem('E_BACKUP_MANIFEST', `a manifest lies beside ${file.name} and was not read`, {
    hint: `give the folder instead, to have it checked: ${root}`,
    object: file.name,
    notice: true,
  })
  return { ...set, problems: [...set.problems, unread] }
}

/** A name that says nothing of a dump (`db_cluster`, `nightly`) is no reason not to read it. */
function asDump(file: BackupFile): BackupFile {
  return isDump(file) ? file : { ...file, kind: 'full' }
}

async function assemble(
  root: string,
  files: readonly FoundFile[],
  walked: Pick<WalkedSet, 'files' | 'unsafe'>,
  clock: Clock,
): Promise<BackupSet> {
  const now = clock.now()
  const members = new Set(files.map((file) => file.name))
  const checksums = walked.files.filter(({ name }) => !members.has(name) && isChecksumOf(name, members))
  const sidecars = await readSidecars([...files, ...checksums])
  const artefacts = artefactsOfNames(root, files, sidecars.expected)
  const time = dateSet({ root, files, manifest: null, whole: false }, now)
  const name = (artefacts.find((file) => file.kind === 'full') ?? artefacts[0])?.name ?? basename(root)
  return {
    root,
    id: name,
    name,
    ...time,
    sealed: false,
    manifest: null,
    files: artefacts,
    extra: [],
    problems: findSetProblems({
      root,
      manifest: null,
      manifestFault: null,
      files,
      artefacts,
      unsafe: walked.unsafe,
      listedMissing: [],
      sidecarProblems: sidecars.problems,
      fromFuture: isFromFuture(time.createdAt, now) ? time.createdAt : null,
    }),
  }
}

export async function statOf(path: string) {
  try {
    return await stat(path)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM')) throw cause
    throw new Fault('E_PATH_NOT_FOUND', `there is no backup at ${path}`, {
      hint: 'correct the path: backup.path in the config, REHEARSAL_BACKUP or --backup',
      cause,
    })
  }
}

function isInDump(name: string, directoryDumps: readonly string[]): boolean {
  return directoryDumps.some((folder) => folder !== '' && name.startsWith(`${folder}/`))
}

function isChecksumOf(name: string, members: ReadonlySet<string>): boolean {
  return /^sha256sums?(?:\.txt)?$/i.test(name) || (/\.sha256$/i.test(name) && members.has(name.slice(0, -7)))
}

function extraOf(files: readonly FoundFile[], listed: ReadonlySet<string>): string[] {
  return files.map((file) => file.name).filter((name) => !listed.has(name))
}
