import { join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { digestPath } from './digest.ts'
import { demandManifest, type ManifestIndex } from './manifest-index.ts'
import { manifestName } from './manifest-lines.ts'
import { demandSummary, summaryName, type StorageSummary } from './summary-file.ts'

/** A whole download, open to be read. */
export interface OpenedBackup extends Disposable {
  readonly summary: StorageSummary
  readonly index: ManifestIndex
}

/**
 * A download whose manifest is the one that its summary names: of one that lost lines, what they named would be left out and
 * the rest look whole. Throws `E_BACKUP_MANIFEST`, `E_BACKUP_FILE_MISSING`.
 */
export async function openBackup(folder: string): Promise<OpenedBackup> {
  const summary = await demandSummary(folder)
  const index = await demandManifest(folder)
  if ((await digestPath(join(folder, manifestName)))?.sha256 !== summary.manifest) {
    index[Symbol.dispose]()
    throw new Fault('E_BACKUP_MANIFEST', `${manifestName} is not what ${summaryName} says`, {
      hint: 'copy both again from where they were made, or download anew: what lies there whole is not fetched again',
    })
  }
  return { summary, index, [Symbol.dispose]: () => index[Symbol.dispose]() }
}
