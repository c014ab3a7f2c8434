import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { decryptFile } from '../protect/index.ts'
import type { Identities } from '../protect/index.ts'
import type { BackupSet } from '../types.ts'
import type { CountedTable } from './check-written.ts'

/** Reads what a set's `baseline.json` counted. Handed in: the room of facts knows. */
export type CountsReader = (path: string) => Promise<readonly CountedTable[]>

const baselineName = 'baseline.json'

/**
 * What an earlier set counted. An encrypted baseline is decrypted into `scratch`, a folder that only we may enter, for as
 * long as it is read. Null where it has none, or none that can be read: damaged, of another tool, or no key is at hand.
 */
export async function readEarlier(
  { root, manifest }: BackupSet,
  { scratch, identities, readCounts }: EarlierReading,
): Promise<readonly CountedTable[] | null> {
  const names = manifest?.files.map(({ name }) => name) ?? []
  if (names.includes(baselineName)) return readCounts(join(root, baselineName)).catch(() => null)
  if (identities === null || !names.includes(`${baselineName}.age`)) return null
  const plain = join(scratch, `.earlier-${baselineName}`)
  try {
    await decryptFile(join(root, `${baselineName}.age`), identities, { to: plain })
    return await readCounts(plain).catch(() => null)
  } catch (thrown) {
    if (thrown instanceof Fault) return null
    throw thrown
  } finally {
    await rm(plain, { force: true })
  }
}

export interface EarlierReading {
  readonly scratch: string
  readonly identities: Identities | null
  readonly readCounts: CountsReader
}
