import { join } from 'node:path'
import { formatBytes } from '../../core/index.ts'
import { nextInChain, proofOf, rememberSigned, writeProtected, type Protection } from '../protect/index.ts'
import { sealSet } from '../seal-set.ts'
import { hasStorageFiles } from '../storage/index.ts'
import type { FileKind, Manifest } from '../types.ts'
import type { Written } from './check-written.ts'
import { compareEarlier } from './compare-earlier.ts'
import { nameOf, notesOf, sourceOf } from './describe-set.ts'
import { sizeOf, type DumpCall, type DumpedSnapshot } from './dump-snapshot.ts'
import type { LockedFolder } from './lock-folder.ts'
import { readEarlier } from './read-earlier.ts'
import type { TakenBackup } from './request.ts'
import type { RecordedProcess } from './types.ts'
import { openWorkFolder, type WorkFolder } from './work-folder.ts'

/** What a set holds when it is complete but for its manifest. */
export interface UnsealedSet {
  readonly work: WorkFolder
  readonly dumped: DumpedSnapshot
  readonly written: Written
  /** By file, where the name alone would mislead. */
  readonly kinds: Readonly<Record<string, FileKind>>
  /** By file, of those beside the archive. */
  readonly rows: Readonly<Record<string, number>>
  /** By step, milliseconds. */
  readonly tookMs: Readonly<Record<string, number>>
}

/** Seals a set, protects it where that is asked for, and gives it its name. It is there whole after that, and not before. */
export async function publishSet<Recorded extends RecordedProcess>(
  call: DumpCall<Recorded>,
  locked: LockedFolder,
  { work, dumped, written, kinds, rows, tookMs }: UnsealedSet,
): Promise<Omit<TakenBackup, 'tookMs'>> {
  const { request, survey } = call
  const { progress, clock, protection } = request
  progress.begin('seal')
  const name = nameOf(dumped.createdAt, request.details.label)
  const source = sourceOf(survey, dumped)
  const size = { source, counted: dumped.baseline.counted, bytes: await sizeOf(join(work.path, dumped.archive)) }
  const reading = {
    scratch: work.path,
    identities: protection?.identities ?? null,
    readCounts: call.parts.readCounts,
  }
  const shrunk = await compareEarlier(locked.folder, size, async (set) => readEarlier(set, reading))
  const notes = [...shrunk, ...notesOf(survey, written, dumped, request, call.lost.note())]
  const sealed = await sealSet(work.path, {
    name,
    ...request.details,
    createdAt: dumped.createdAt,
    finishedAt: clock.now(),
    tool: { name: 'pg_dump', version: call.tools.version.text },
    source,
    tookMs,
    kinds,
    rows: { ...rows, [request.format === 'custom' ? dumped.archive : `${dumped.archive}/toc.dat`]: written.rows },
    notes,
    clock,
    signal: request.signal,
  })
  const named = { work, manifest: sealed, name }
  const { path, manifest } = protection
    ? await publishProtected(named, locked, protection, request.signal)
    : { path: await work.publish(name), manifest: sealed }
  const storage = hasStorageFiles(manifest) ? manifest.storage : { objects: 0, bytes: 0 }
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, storage.bytes)
  const proven = protection ? proofOf(protection) : null
  const words = { identity: ', decrypted again with the identity', 'read back': ', encrypted and read back', none: '' }
  progress.end(
    'seal',
    `${manifest.files.length + storage.objects} files, ${formatBytes(bytes)}${proven === null ? '' : words[proven]}`,
  )
  return { path, manifest, rows: written.rows, tables: written.tables, bytes, notes, shrunk, proven }
}

interface NamedSet {
  readonly work: WorkFolder
  readonly manifest: Manifest
  readonly name: string
}

/** The plain text is gone before the protected set has its name: they never stand side by side. */
async function publishProtected(
  { work, manifest, name }: NamedSet,
  locked: LockedFolder,
  protection: Protection,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly manifest: Manifest }> {
  await using sealed = await openWorkFolder(locked)
  const signing = await nextInChain(protection, locked.folder)
  const plain = { manifest, pathOf: (file: string) => join(work.path, file) }
  const written = await writeProtected(plain, sealed.path, { ...protection, signing, signal })
  await work[Symbol.asyncDispose]()
  const path = await sealed.publish(name)
  await rememberSigned(protection, path, written)
  return { path, manifest: written }
}
