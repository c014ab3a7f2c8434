import type { BackupSet } from '../../backup/index.ts'
import { asFault, Fault } from '../../core/index.ts'
import { readFacts } from '../../facts/index.ts'

/** The server that a backup was taken from. */
export interface BackupOrigin {
  readonly database: string
  readonly systemIdentifierHash: string | null
  /** What says so: `its baseline says`. */
  readonly says: string
}

/** From the facts recorded with the backup, else from its manifest. Throws `E_BASELINE_INVALID`. */
export async function readOrigin(set: BackupSet, baseline: string | null): Promise<BackupOrigin | null> {
  const path = baseline ?? set.files.find(({ kind }) => kind === 'baseline')?.path ?? null
  const facts = path === null ? null : await readBaseline(path)
  // Facts of a restored copy speak of the server that it was restored into.
  if (facts !== null && facts.source !== 'restored') {
    const { database, systemIdentifierHash } = facts.server
    return { database, systemIdentifierHash, says: 'the facts recorded with it name' }
  }
  const { database, systemIdentifierHash = null } = set.manifest?.source ?? {}
  return database === undefined ? null : { database, systemIdentifierHash, says: 'its manifest names' }
}

async function readBaseline(path: string) {
  try {
    return await readFacts(path)
  } catch (thrown) {
    throw new Fault('E_BASELINE_INVALID', `the facts recorded with the backup can't be read: ${path}`, {
      hint: 'they say which server the backup is of; record them again, or take them out of the set',
      cause: asFault(thrown),
    })
  }
}
