import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../core/index.ts'
import type { ProcessPort, RecordedProcess } from './types.ts'

const prefix = '.rehearse-backup-lock.'
/** A claim is held or withdrawn within a few file operations; on a slow network disk that may be seconds. */
const claimMs = 10_000

/** A folder that no other backup is being written into, until it is disposed of. */
export interface LockedFolder extends AsyncDisposable {
  readonly folder: string
}

/**
 * Takes a folder for one backup. Whoever holds it is named in a file in it; one whose process has ended is removed.
 * Each writes a claim first and looks afterwards, so of two at once one at least sees the other: a holder wins, and of
 * two claims the first by name. Throws `E_BACKUP_BUSY`.
 */
export async function lockFolder<Recorded extends RecordedProcess>(
  folder: string,
  processes: ProcessPort<Recorded>,
): Promise<LockedFolder> {
  const id = randomUUID()
  const claim = join(folder, `${prefix}${id}.claim`)
  const held = join(folder, `${prefix}${id}.held`)
  const owner = await processes.identify()
  await writeFile(`${claim}.new`, `${JSON.stringify({ kind: 'rehearsal-backup-lock', owner })}\n`, { mode: 0o600 })
  await rename(`${claim}.new`, claim)
  try {
    for (const until = Date.now() + claimMs; ; await sleep(20)) {
      const others = await findOthers(folder, id, processes)
      const rival = others.find((other) => other.isHeld || other.id < id || Date.now() > until)
      if (rival) throw busy(rival, folder)
      if (others.length === 0) break
    }
    await rename(claim, held)
  } catch (fault) {
    await rm(claim, { force: true })
    throw fault
  }
  return { folder, [Symbol.asyncDispose]: async () => rm(held, { force: true }) }
}

interface Other {
  readonly id: string
  readonly file: string
  readonly isHeld: boolean
  readonly owner: RecordedProcess | null
  readonly liveness: 'alive' | 'unknown'
}

/** Locks of others that are or may be alive. Those of the dead are removed on the way. */
async function findOthers<Recorded extends RecordedProcess>(
  folder: string,
  own: string,
  processes: ProcessPort<Recorded>,
): Promise<readonly Other[]> {
  const others: Other[] = []
  for (const file of await readdir(folder)) {
    const [, id, state] = /^\.rehearse-backup-lock\.([0-9a-f-]{36})\.(claim|held)$/.exec(file) ?? []
    if (id === undefined || id === own) continue
    const owner = await readOwner<Recorded>(join(folder, file))
    // Released, or turned from a claim into a lock, since it was listed: the next look tells.
    if (owner === 'gone') return [{ id: '~', file, isHeld: false, owner: null, liveness: 'alive' }]
    const liveness = owner === null ? 'unknown' : await processes.livenessOf(owner)
    if (liveness === 'dead') await rm(join(folder, file), { force: true })
    else others.push({ id, file, isHeld: state === 'held', owner, liveness })
  }
  return others
}

async function readOwner<Recorded>(path: string): Promise<Recorded | null | 'gone'> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    const isLock = typeof parsed === 'object' && parsed !== null && 'owner' in parsed
    return isLock && typeof parsed.owner === 'object' ? (parsed.owner as Recorded) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gone'
    throw error
  }
}

function busy({ file, owner, liveness }: Other, folder: string): Fault {
  const who = owner === null ? 'somebody' : `process ${owner.pid} on ${owner.host}`
  return new Fault('E_BACKUP_BUSY', `another backup is being written into ${folder}, by ${who}`, {
    hint:
      liveness === 'alive'
        ? 'wait until it is done, or give another folder'
        : `whether it still runs cannot be seen from here: if it does not, remove ${join(folder, file)}`,
  })
}
