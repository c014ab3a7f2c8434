import type { z } from 'zod'
import type { FaultCode } from '../core/index.ts'
import type { fileKinds, manifestSchema } from './manifest-schema.ts'

/**
 * What a file of a backup set is. `public-schema`, `table`, `policies`, `functions` are partial dumps beside the main one.
 * `changes` is what the user hung on the platform's own schemas (`supabase db diff --schema auth,storage,realtime`): the Supabase
 * CLI leaves it out of its dumps, and it is restored after them.
 */
export type FileKind = (typeof fileKinds)[number]

/** `manifest.json` of a sealed set: what was backed up, when, by whom, and every file's size and digest. */
export type Manifest = z.infer<typeof manifestSchema>

/** One real file behind a {@link BackupFile}: itself, or one of the files of a directory-format dump. */
export interface BackupPart {
  /** Relative to the set, with forward slashes. */
  readonly name: string
  readonly path: string
  /** It is there. Only {@link FileCheck} says whether it is whole. */
  readonly present: boolean
  /** Size as found on disk; 0 when the file is missing. */
  readonly bytes: number
  readonly expected: ExpectedFile | null
}

/** What something written at backup time says of a file. */
export interface ExpectedFile {
  readonly from: 'manifest' | 'sidecar' | 'listing'
  readonly bytes: number | null
  /** Lower-case hex. A listing knows sizes only. */
  readonly sha256: string | null
}

/** One artefact of a set: a dump (a file, or a folder in pg_dump's directory format), a log, a baseline. */
export interface BackupFile {
  readonly name: string
  readonly path: string
  readonly kind: FileKind
  /** `name`: guessed. What a dump really holds only its reader knows. */
  readonly kindSource: 'manifest' | 'name'
  readonly form: 'file' | 'directory'
  /** All parts together. */
  readonly bytes: number
  /** Expected digest (manifest or sidecar); null when unsealed and for the directory format, whose parts have their own. */
  readonly sha256: string | null
  /** Rows in it by the manifest. */
  readonly rows: number | null
  /** At least one; exactly one unless `form` is `directory`. */
  readonly parts: readonly BackupPart[]
}

/**
 * Something wrong with a set, as a value. `notice`: shown, never changes the answer. Otherwise the code's kind says
 * what it means: `backup` → the backup is bad (NO-GO), `environment` → could not be checked (UNDECIDED).
 */
export interface BackupProblem {
  readonly code: FaultCode
  /** One line, scrubbed. */
  readonly message: string
  readonly hint: string
  /** The file or the set it is about. */
  readonly object: string | null
  readonly notice: boolean
}

/** The files of one backup, as found. Opening a set reads names, sizes and its manifest, never a dump's content. */
export interface BackupSet {
  /** Absolute path of the folder that holds the files (for a single dump: its folder). */
  readonly root: string
  readonly id: string
  readonly name: string
  readonly createdAt: Date | null
  readonly createdAtSource: 'manifest' | 'file name' | 'file time'
  /** It has a manifest, and the manifest is well-formed. */
  readonly sealed: boolean
  readonly manifest: Manifest | null
  /** Files that are there, and those the manifest lists; sorted by name. */
  readonly files: readonly BackupFile[]
  /** Files lying in the folder that the manifest doesn't list, by name. */
  readonly extra: readonly string[]
  readonly problems: readonly BackupProblem[]
  /** Only where it was chosen as the newest of a folder of sets: what is wrong with newer ones; in `problems` too. */
  readonly passedOver?: readonly BackupProblem[]
}

export type FileState = 'intact' | 'changed' | 'missing' | 'unsealed' | 'empty' | 'extra'

/** What reading one real file from end to end showed. */
export interface FileCheck {
  /** Relative to the set; a part's name for the directory format. */
  readonly name: string
  /** The artefact it belongs to: {@link BackupFile.name}; null for `extra`. */
  readonly file: string | null
  readonly state: FileState
  readonly bytes: number | null
  readonly sha256: string | null
  readonly expected: ExpectedFile | null
  /** One line: what was seen. */
  readonly message: string
  /** What a person should do; null when intact. */
  readonly hint: string | null
}

/** Which files of a set a rehearsal restores, in order, and why. */
export interface RestoreChoice {
  readonly files: readonly BackupFile[]
  /** Dumps that are checked against what was restored, not restored again; and everything that is no dump. */
  readonly others: readonly BackupFile[]
  /** One line for the evidence. */
  readonly why: string
}
