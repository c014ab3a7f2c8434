import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Fault, systemClock, writeFileWhole, type Clock } from '../core/index.ts'
import { digestFile } from './digest-file.ts'
import { classifyFiles } from './classify-files.ts'
import { manifestName } from './manifest-name.ts'
import { manifestSchema } from './manifest-schema.ts'
import { isUnfinishedName } from './name-kind.ts'
import { reading } from './reading.ts'
import { describeStorage } from './storage/index.ts'
import { compareText, walkSet } from './walk-set.ts'
import type { FileKind, Manifest } from './types.ts'

/** What a manifest says beyond what the files say themselves. */
export interface SealDetails extends Partial<
  Pick<
    Manifest,
    | 'id'
    | 'name'
    | 'description'
    | 'purpose'
    | 'label'
    | 'createdBy'
    | 'verifiedBy'
    | 'retention'
    | 'source'
    | 'tool'
    | 'tookMs'
  >
> {
  readonly notes?: readonly string[] | undefined
  /** When the dump's snapshot was taken. Default: now. */
  readonly createdAt?: Date | string | undefined
  readonly finishedAt?: Date | string | undefined
  /** By file name, where the name alone would mislead. */
  readonly kinds?: Readonly<Record<string, FileKind>> | undefined
  /** Rows by file name. */
  readonly rows?: Readonly<Record<string, number>> | undefined
  readonly clock?: Clock | undefined
  readonly signal?: AbortSignal | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
  /** Overwrite a manifest that is there. Sealing again hides what changed since: only for a set one has just written. */
  readonly replace?: boolean | undefined
}

/**
 * Writes `manifest.json`: every file's size and SHA-256, sorted by name. The files are flushed to disk before, the
 * manifest is written last and whole: a set with a manifest was complete when it was sealed.
 */
export async function sealSet(folder: string, details: SealDetails = {}): Promise<Manifest> {
  const root = resolve(folder)
  return reading(root, () => seal(root, details))
}

async function seal(root: string, details: SealDetails): Promise<Manifest> {
  const path = join(root, manifestName)
  if (!details.replace && (await exists(path))) {
    throw new Fault('E_USAGE', `${path} is there already`, {
      hint: 'a set is sealed once; check it with `rehearse verify`, or remove the manifest to seal it anew',
    })
  }
  const walked = await walkSet(root, { deep: true })
  const unsafe = walked.unsafe[0]
  if (unsafe) {
    throw new Fault('E_BACKUP_UNSAFE_FILE', `${unsafe.name} is ${unsafe.what}`, { hint: 'take it out of the set' })
  }
  const found = walked.files.filter((file) => file.name !== manifestName)
  const unfinished = found.find((file) => isUnfinishedName(file.name))
  if (unfinished) {
    throw new Fault('E_BACKUP_INCOMPLETE', `${unfinished.name} is still being written`, {
      hint: 'wait until the backup is done, or remove what an interrupted one left',
    })
  }
  if (found.length === 0) {
    throw new Fault('E_BACKUP_NONE', `${root} holds no file to seal`, { hint: 'take a backup into it first' })
  }

  const kinds = classifyFiles(found.map((file) => file.name))
  const files: Manifest['files'] = []
  for (const file of found) {
    const digest = await digestFile(file.path, { signal: details.signal, onBytes: details.onBytes, sync: true })
    const rows = details.rows?.[file.name]
    files.push({
      name: file.name,
      kind: details.kinds?.[file.name] ?? kinds.get(file.name) ?? 'other',
      ...digest,
      ...(rows === undefined ? {} : { rows }),
    })
  }
  files.sort((a, b) => compareText(a.name, b.name))
  const storage = await describeStorage(root)

  const createdAt = toIso(details.createdAt ?? (details.clock ?? systemClock).now())
  const parsed = manifestSchema.safeParse({
    kind: 'rehearsal-backup-set',
    version: 1,
    id: details.id ?? idOf(createdAt, files),
    name: details.name ?? basename(root),
    description: details.description,
    purpose: details.purpose,
    label: details.label,
    createdAt,
    finishedAt: details.finishedAt === undefined ? undefined : toIso(details.finishedAt),
    createdBy: details.createdBy,
    verifiedBy: details.verifiedBy,
    retention: details.retention,
    source: details.source,
    tookMs: details.tookMs,
    tool: details.tool,
    notes: details.notes,
    files,
    storage: storage ?? undefined,
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Fault('E_USAGE', `the set cannot be sealed: ${issue?.path.join('.')}: ${issue?.message}`, {
      hint: 'leave out what is empty; keep texts under 2,000 characters',
    })
  }
  const manifest = parsed.data
  await writeFileWhole(path, `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}

/** Says when and of what: equal for the same files sealed with the same time, wherever they lie. */
function idOf(createdAt: string, files: Manifest['files']): string {
  const digest = createHash('sha256')
  for (const file of files) digest.update(`${file.sha256}  ${file.name}\n`)
  return `${createdAt.replace(/[-:]|\.\d+/g, '')}-${digest.digest('hex').slice(0, 8)}`
}

function toIso(time: Date | string): string {
  const date = typeof time === 'string' ? new Date(time) : time
  if (Number.isNaN(date.getTime())) {
    throw new Fault('E_USAGE', `"${String(time)}" is not a time`, { hint: 'write it like 2025-10-22T08:15:00Z' })
  }
  return date.toISOString()
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
