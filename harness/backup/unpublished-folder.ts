import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { leaseOwner, type LeaseOwner, type ProcessWatch } from './keep/set-lease.ts'

const ownerOf = /^(\..+\.[0-9a-f]{8}-[0-9a-f-]{27})\.owner$/s

/** Where a set is written until it gets its name by a rename. Disposing of it removes what was not renamed. */
export interface UnpublishedFolder extends AsyncDisposable {
  readonly path: string
}

/**
 * A hidden folder of mode 0700 beside `root`, and beside it a file that says whose it is. The file is there before the
 * folder and until after it, so a folder never lies there without. What processes that have ended left in the same
 * place is removed first. Without `processes` nobody is written down, and nothing of others is removed.
 */
export async function openUnpublished(root: string, processes?: ProcessWatch): Promise<UnpublishedFolder> {
  const parent = dirname(root)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  if (processes) await sweepUnpublished(parent, processes)
  const stem = join(parent, `.${basename(root)}.${randomUUID()}`)
  const path = `${stem}.tmp`
  const owner = `${stem}.owner`
  const dispose = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true })
    await rm(owner, { force: true })
  }
  try {
    if (processes) {
      const text = JSON.stringify({ kind: 'unpublished-set', owner: await processes.identify() })
      await writeFile(owner, `${text}\n`, { flag: 'wx', mode: 0o600 })
    }
    await mkdir(path, { mode: 0o700 })
    await chmod(path, 0o700)
  } catch (thrown) {
    await dispose()
    throw thrown
  }
  return { path, [Symbol.asyncDispose]: dispose }
}

/** Removes what ended processes left; one that runs, or that cannot be judged from here, keeps its own. */
async function sweepUnpublished(parent: string, processes: ProcessWatch): Promise<void> {
  for (const name of await readdir(parent)) {
    const stem = ownerOf.exec(name)?.[1]
    if (stem === undefined) continue
    const owner = await readOwner(join(parent, name))
    if (owner === null || (await processes.livenessOf(owner)) !== 'dead') continue
    await rm(join(parent, `${stem}.tmp`), { recursive: true, force: true })
    await rm(join(parent, name), { force: true })
  }
}

async function readOwner(path: string): Promise<LeaseOwner | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null || !('kind' in parsed) || !('owner' in parsed)) return null
    return parsed.kind === 'unpublished-set' ? (leaseOwner.safeParse(parsed.owner).data ?? null) : null
  } catch {
    // Gone meanwhile, not to be read, or cut: nobody can be judged by it.
    return null
  }
}
