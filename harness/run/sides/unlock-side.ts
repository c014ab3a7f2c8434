import { isAgeFile, readIdentities, unlockDump, type Identities } from '../../backup/index.ts'
import type { ResolvedConfig } from '../../config/index.ts'
import { FactsPool, readFacts, type Facts } from '../../facts/index.ts'
import { findBackup } from '../find-backup.ts'
import type { FindingBook } from '../finding-book.ts'
import type { Situation } from '../situation.ts'
import { unlockBackup } from '../unlock-backup.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What encrypted sides are read with, and where their plain text may lie. */
interface Keys {
  readonly identities: Identities | null
  readonly folder: string | null
}

async function keysOf({ values }: ResolvedConfig, environment: Environment): Promise<Keys> {
  const { identity, plaintext: folder } = values.encrypt
  return { identities: identity === null ? null : await readIdentities(identity, environment), folder }
}

/** A set or a dump as it can be read, until it is disposed: decrypted if it is encrypted. */
export async function unlockSide(situation: Situation, environment: Environment, book: FindingBook) {
  const { config, signal } = situation
  const { path } = config.values.backup
  if (!(await isAgeFile(path)))
    return unlockBackup(await findBackup(situation, book), situation, { ...environment }, book)
  await using opening = new AsyncDisposableStack()
  const dump = opening.use(await unlockDump(path, { ...(await keysOf(config, environment)), signal }))
  const values = { ...config.values, backup: { ...config.values.backup, path: dump.path } }
  const set = await findBackup({ ...situation, config: { ...config, values } }, book)
  const held = opening.move()
  return { set, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() }
}

/** Facts out of a file, which may be encrypted: `baseline.json.age` of a protected set. */
export async function readFactsSide(
  path: string,
  {
    config,
    environment,
    pool,
    signal,
  }: { config: ResolvedConfig; environment: Environment; pool: FactsPool; signal: AbortSignal },
): Promise<Facts> {
  if (!(await isAgeFile(path))) return readFacts(path, pool)
  await using plain = await unlockDump(path, { ...(await keysOf(config, environment)), signal })
  return await readFacts(plain.path, pool)
}

/** Whether an encrypted file is one of facts: its name says so, for its content does not. */
export async function isEncryptedFacts(path: string): Promise<boolean> {
  return path.endsWith('.json.age') && (await isAgeFile(path))
}
