import { isDirectoryPart, unfinishedFolders } from './directory-part.ts'
import { manifestName } from './manifest-name.ts'
import { innerName, isDumpName, isSealedAwayName, isUnfinishedName } from './name-kind.ts'
import { problem } from './problem.ts'
import type { FoundFile, UnsafeFile } from './walk-set.ts'
import type { BackupFile, BackupProblem, Manifest } from './types.ts'

export interface SetEvidence {
  readonly root: string
  readonly manifest: Manifest | null
  readonly manifestFault: string | null
  /** Files found, the manifest aside. */
  readonly files: readonly FoundFile[]
  readonly artefacts: readonly BackupFile[]
  readonly unsafe: readonly UnsafeFile[]
  /** Files that `backup_info.txt` lists and that are not there. */
  readonly listedMissing: readonly string[]
  readonly sidecarProblems: readonly BackupProblem[]
  /** When it was taken, if that has not come yet. */
  readonly fromFuture: Date | null
}

/** Everything that names, sizes and the manifest show to be wrong with a set. */
export function findSetProblems(set: SetEvidence): BackupProblem[] {
  const listed = new Set(set.manifest?.files.map((file) => file.name))
  return [
    ...(set.manifestFault === null ? [] : [manifestProblem(set.manifestFault)]),
    ...(set.fromFuture ? [futureProblem(set.fromFuture)] : []),
    ...set.artefacts
      .flatMap((file) => file.parts.filter((part) => !part.present))
      .map((part) => missing(part.name, manifestName)),
    ...set.listedMissing.map((name) => missing(name, 'backup_info.txt')),
    ...set.unsafe.map((file) =>
      unsafeProblem(file, listed.has(file.name) || isDumpName(file.name) || isDirectoryPart(file.name)),
    ),
    ...set.files
      .filter((file) => set.manifest !== null && !listed.has(file.name))
      .map((file) => extraProblem(file.name)),
    ...(set.manifest ? [] : set.files.flatMap((file) => unreadableProblem(file.name, set.files))),
    ...(set.manifest ? [] : unfinishedFolders([...set.files, ...set.unsafe].map(({ name }) => name))).map(
      unfinishedProblem,
    ),
    ...set.sidecarProblems,
  ]
}

function manifestProblem(fault: string): BackupProblem {
  return problem('E_BACKUP_MANIFEST', `${manifestName} ${fault}`, {
    hint: 'the set cannot be told from a damaged one: take a fresh backup, or copy the set again from where it was made',
    object: manifestName,
  })
}

function futureProblem(at: Date): BackupProblem {
  return problem('E_BACKUP_FROM_FUTURE', `the set says it was taken at ${at.toISOString()}, which has not come yet`, {
    hint: 'check the clocks of this machine and of the one that takes the backups',
  })
}

function missing(name: string, listedIn: string): BackupProblem {
  return problem('E_BACKUP_FILE_MISSING', `${name} is listed in ${listedIn} and is not there`, {
    hint: 'copy the set again from where it was made, or take a fresh backup',
    object: name,
  })
}

function unsafeProblem(file: UnsafeFile, matters: boolean): BackupProblem {
  return problem('E_BACKUP_UNSAFE_FILE', `${file.name} is ${file.what}, and was not opened`, {
    hint: 'put the file itself into the set',
    object: file.name,
    notice: !matters,
  })
}

/** A dump nobody listed makes it unclear which one is the backup; a note or a checksum does not. */
function extraProblem(name: string): BackupProblem {
  return problem('E_BACKUP_MANIFEST', `${name} is in the set and not in its manifest`, {
    hint: 'find out who put it there; remove it, or seal the set anew where it was made',
    object: name,
    notice: !isDumpName(name),
  })
}

function unfinishedProblem(folder: string): BackupProblem {
  return problem(
    'E_BACKUP_INCOMPLETE',
    `${folder === '' ? 'it' : folder} has no toc.dat, which pg_dump -Fd writes last: it is still being written, or was interrupted`,
    { hint: 'wait until pg_dump is done; remove what an interrupted one left', object: folder === '' ? null : folder },
  )
}

function unreadableProblem(name: string, files: readonly FoundFile[]): BackupProblem[] {
  if (isUnfinishedName(name)) {
    return [
      problem('E_BACKUP_INCOMPLETE', `${name} is still being written, or was left by what was interrupted`, {
        hint: 'wait until the backup is done; remove what an interrupted one left',
        object: name,
      }),
    ]
  }
  if (!isSealedAwayName(name) || files.some((file) => file.name === innerName(name))) return []
  return [
    problem('E_DUMP_FORMAT_UNSUPPORTED', `${name} is encrypted, or packed in a way that cannot be read here`, {
      hint: 'decrypt or unpack it into a folder of its own, and rehearse that',
      object: name,
    }),
  ]
}
