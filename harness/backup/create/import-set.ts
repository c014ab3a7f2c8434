import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Fault, systemClock } from '../../core/index.ts'
import { isDump } from '../choose-restore.ts'
import { listCandidates } from '../list-candidates.ts'
import { openSet } from '../open-set.ts'
import { walkSet } from '../walk-set.ts'
import { sealSet, type SealDetails } from '../seal-set.ts'
import type { Manifest } from '../types.ts'
import type { BackupParts } from './request.ts'

export interface ImportRequest extends Pick<
  SealDetails,
  'name' | 'description' | 'purpose' | 'label' | 'createdBy' | 'retention'
> {
  readonly signal: AbortSignal
  readonly onFile: (name: string) => void
}

/**
 * Seals a set that another tool wrote: the Supabase CLI's three files, the dashboard's `db_cluster-….backup.gz`, dumps of
 * one's own. Every dump is read to its end before; it has no baseline, for nobody counted. Throws as {@link sealSet}
 * does, and `E_DUMP_DAMAGED` or `E_DUMP_TRUNCATED`.
 */
export async function importSet(
  folder: string,
  request: ImportRequest,
  readDump: BackupParts['readDump'],
): Promise<Manifest> {
  const { signal, onFile, ...details } = request
  await requireOneSet(folder)
  const set = await openSet(folder)
  if (set.sealed) {
    throw new Fault('E_USAGE', `${folder} is sealed already`, { hint: 'check it with `rehearse verify`' })
  }
  const wrong = set.problems.find(({ notice }) => !notice)
  if (wrong) throw new Fault(wrong.code, wrong.message, { hint: wrong.hint })
  const dumps = set.files.filter(isDump)
  for (const file of dumps) {
    onFile(file.name)
    const { problems } = await readDump(file.path, { signal, onBytes: () => undefined })
    const [problem] = problems
    if (problem !== undefined) {
      throw new Fault('E_DUMP_DAMAGED', `${file.name}: ${problem}`, { hint: 'import a whole set; copy it again' })
    }
  }
  return sealSet(set.root, {
    ...details,
    ...(set.createdAt === null ? {} : { createdAt: set.createdAt }),
    kinds: Object.fromEntries(dumps.flatMap(({ parts, kind }) => parts.map(({ name }) => [name, kind]))),
    notes: ['written by another tool and sealed later: what it lost before is not known, and it has no baseline'],
    signal,
  })
}

/** One manifest over two backups would make one set of them. */
async function requireOneSet(path: string): Promise<void> {
  const folder = resolve(path)
  const found = await stat(folder).catch(() => null)
  if (!found?.isDirectory()) return
  // A dump in directory format is a folder, and no set of its own.
  const { directoryDumps } = await walkSet(folder, { deep: false })
  const { sets } = await listCandidates(folder, systemClock)
  const isDump = (name: string) => directoryDumps.some((dump) => join(folder, dump) === name)
  const inner = sets.find(({ loose, name }) => !loose && !isDump(name))
  if (inner === undefined) return
  throw new Fault('E_USAGE', `${folder} is a folder of backups: it holds ${basename(inner.name)}`, {
    hint: 'name the folder of one of them',
  })
}
