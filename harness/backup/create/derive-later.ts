import { copyFile, mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Fault, type Clock } from '../../core/index.ts'
import { checkFiles } from '../check-files.ts'
import { openSet } from '../open-set.ts'
import { isEncrypted } from '../protect/index.ts'
import { sealSet } from '../seal-set.ts'
import type { BackupFile, BackupSet, Manifest } from '../types.ts'
import { deriveArtefacts } from './derive-artefacts.ts'
import { kindsOf, rowsOf } from './describe-derived.ts'
import { findDumpTools } from './find-dump-tools.ts'
import { lockFolder } from './lock-folder.ts'
import type { BackupParts } from './request.ts'
import type { RecordedProcess, SourceTable } from './types.ts'
import { openWorkFolder, sweepParts } from './work-folder.ts'

export interface DeriveLaterRequest {
  /** A sealed set with an archive. */
  readonly set: string
  /** The plain files get a folder of their own in it. */
  readonly out: string
  /** Tables that get a file each. */
  readonly critical: readonly string[]
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onFile: (name: string) => void
}

type LaterParts<Recorded extends RecordedProcess> = Pick<
  BackupParts<Recorded>,
  'processes' | 'versions' | 'containers' | 'folders' | 'readDump'
>

const rolesFile = 'roles.sql'

/**
 * The plain files of a set that was taken without them, out of its archive and so of the same moment. They are sealed as
 * a set of their own: the one they come from stays as it was signed. Throws `E_USAGE` where that can't be, and as the
 * first file that differs from its manifest says.
 */
export async function deriveLater<Recorded extends RecordedProcess>(
  request: DeriveLaterRequest,
  parts: LaterParts<Recorded>,
): Promise<{ readonly path: string; readonly manifest: Manifest }> {
  const { signal, critical, onFile } = request
  const set = await openSet(resolve(request.set))
  const archive = archiveOf(set)
  const out = resolve(request.out)
  if (out === dirname(set.root) || out === set.root) {
    throw new Fault('E_USAGE', `${out} holds the set itself: what is derived of it would pass for a backup there`, {
      hint: 'give another folder with --out',
    })
  }
  const changed = (await checkFiles(set, { signal })).find(({ state }) => state !== 'intact')
  if (changed) throw new Fault('E_DUMP_DAMAGED', changed.message, { hint: changed.hint ?? 'take it from elsewhere' })
  const dump = await parts.readDump(archive.path, { signal, onBytes: () => undefined })
  const tables = dump.tables.map(({ schema, name }): SourceTable => ({ oid: '', schema, name, kind: 'r' }))
  const major = Number.parseInt(set.manifest?.tool?.version ?? '', 10) || 1
  const tools = await findDumpTools(major, await parts.folders(), parts.versions, parts.containers)
  await mkdir(out, { recursive: true, mode: 0o700 })
  await using locked = await lockFolder(out, parts.processes)
  await sweepParts(locked)
  await using work = await openWorkFolder(locked)
  const roles = set.files.find(({ kind }) => kind === 'roles')
  if (roles) await copyFile(roles.path, join(work.path, rolesFile))
  const { versions } = parts
  const common = { folder: work.path, archive: archive.path, tools, versions, tables, critical, signal, onFile }
  const isSupabase = roles !== undefined && tables.some(({ schema, name }) => schema === 'auth' && name === 'users')
  const derived = await deriveArtefacts({ ...common, only: 'all', supabaseRoles: isSupabase ? rolesFile : null })
  const { id, createdAt, source, tool, label } = set.manifest ?? {}
  const manifest = await sealSet(work.path, {
    name: `${set.name}-derived`,
    createdAt,
    finishedAt: request.clock.now(),
    source,
    tool,
    label,
    kinds: kindsOf(derived),
    rows: rowsOf(derived, dump.tables),
    notes: [`plain files out of the archive of the set ${id ?? set.name}; rehearse that one`],
    clock: request.clock,
    signal,
  })
  return { path: await work.publish(`${basename(set.root)}-derived`), manifest }
}

function archiveOf(set: BackupSet): BackupFile {
  const wrong = set.problems.find(({ notice }) => !notice)
  if (wrong) throw new Fault(wrong.code, wrong.message, { hint: wrong.hint })
  const full = set.files.find(({ kind, name }) => kind === 'full' && !/\.sql(?:\.\w+)?$/i.test(name))
  if (set.sealed && full && !isEncrypted(set)) return full
  const why = !set.sealed ? 'it is not sealed' : full ? 'it is encrypted' : 'it holds no archive of pg_dump'
  throw new Fault('E_USAGE', `no plain files can be derived of ${set.name}: ${why}`, {
    hint: 'name a set that rehearse backup took, in plain text: one folder with a manifest.json',
  })
}
