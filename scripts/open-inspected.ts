import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  findLatestSet,
  isAgeFile,
  isDump,
  isEncrypted,
  readIdentities,
  unlockDump,
  unlockSet,
} from '../harness/backup/index.ts'
import { Fault } from '../harness/core/index.ts'

/** Dumps to look into. Plain text of encrypted ones goes when it is disposed. */
export interface Inspected extends AsyncDisposable {
  readonly dumps: readonly { readonly path: string; readonly shown: string }[]
  /** The folder of the set that was opened; null for a dump. */
  readonly set: string | null
  /** Of a folder of sets: what is wrong with newer ones. */
  readonly notes: readonly string[]
}

/** One dump, or each of a set (of a folder of sets: of its newest), decrypted where they are encrypted. */
export async function openInspected(given: string, identity: string | null, signal: AbortSignal): Promise<Inspected> {
  await using opening = new AsyncDisposableStack()
  const identities = async () => (identity === null ? null : readIdentities(identity, process.env))
  const folder = process.env['REHEARSAL_PLAINTEXT'] ?? null
  const finish = (dumps: Inspected['dumps'], set: string | null = null, notes: readonly string[] = []): Inspected => {
    const held = opening.move()
    return { dumps, set, notes, [Symbol.asyncDispose]: async () => held.disposeAsync() }
  }
  if (await isAgeFile(given)) {
    const dump = opening.use(await unlockDump(given, { identities: await identities(), folder, signal }))
    return finish([{ path: dump.path, shown: given }])
  }
  if (!(await isSetFolder(given))) return finish([{ path: given, shown: given }])
  const sealed = await findLatestSet(given)
  const root = sealed.root === resolve(given) ? given : sealed.root
  const needed = isEncrypted(sealed) ? await identities() : null
  const unlocked = opening.use(await unlockSet(sealed, { identities: needed, folder, signal }))
  const { set } = unlocked
  const [problem] = unlocked.problems
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  const dumps = set.files.filter((file) => isDump(file))
  return finish(
    dumps.map(({ path, name }) => ({ path, shown: join(root, name) })),
    root,
    sealed.passedOver?.map(({ message }) => message),
  )
}

/** A folder that is no dump in directory format. */
async function isSetFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) return false
  return (await stat(join(path, 'toc.dat')).catch(() => null)) === null
}
