import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isAgeFile,
  isDump,
  isEncrypted,
  openSet,
  readIdentities,
  unlockDump,
  unlockSet,
} from '../harness/backup/index.ts'
import { Fault } from '../harness/core/index.ts'

/** Dumps to look into. Plain text of encrypted ones goes when it is disposed. */
export interface Inspected extends AsyncDisposable {
  readonly dumps: readonly { readonly path: string; readonly shown: string }[]
  readonly isSet: boolean
}

/** One dump, or each of a set, decrypted where they are encrypted. */
export async function openInspected(given: string, identity: string | null, signal: AbortSignal): Promise<Inspected> {
  await using opening = new AsyncDisposableStack()
  const identities = async () => (identity === null ? null : readIdentities(identity, process.env))
  const folder = process.env['REHEARSAL_PLAINTEXT'] ?? null
  const finish = (dumps: Inspected['dumps'], isSet: boolean): Inspected => {
    const held = opening.move()
    return { dumps, isSet, [Symbol.asyncDispose]: async () => held.disposeAsync() }
  }
  if (await isAgeFile(given)) {
    const dump = opening.use(await unlockDump(given, { identities: await identities(), folder, signal }))
    return finish([{ path: dump.path, shown: given }], false)
  }
  if (!(await isSetFolder(given))) return finish([{ path: given, shown: given }], false)
  const sealed = await openSet(given)
  const needed = isEncrypted(sealed) ? await identities() : null
  const unlocked = opening.use(await unlockSet(sealed, { identities: needed, folder, signal }))
  const { set } = unlocked
  const [problem] = unlocked.problems
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  const dumps = set.files.filter((file) => isDump(file))
  return finish(
    dumps.map(({ path, name }) => ({ path, shown: join(given, name) })),
    true,
  )
}

/** A folder that is no dump in directory format. */
async function isSetFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) return false
  return (await stat(join(path, 'toc.dat')).catch(() => null)) === null
}
