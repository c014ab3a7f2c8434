import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Fault, isRoot } from '../core/index.ts'

/** Under which uid and gid the server runs. `own`: not as root, so under ours. */
export type ServerUser =
  | { readonly kind: 'own' }
  | { readonly kind: 'separate'; readonly uid: number; readonly gid: number }

/**
 * As root, a uid that nobody has, another one each run: no entry in /etc/passwd, no files, no other processes that
 * the server could reach. 262144 to 524287 lies between the ranges that distributions, systemd and container runtimes
 * hand out (systemd's UIDS-GIDS document: 65537 to 524287 is unused).
 */
export async function chooseServerUser(): Promise<ServerUser> {
  if (!isRoot()) return { kind: 'own' }
  const [uids, gids] = await Promise.all([readIdMap('/proc/self/uid_map'), readIdMap('/proc/self/gid_map')])
  const id = pickUid(Math.min(uids, gids))
  if (id !== null) return { kind: 'separate', uid: id, gid: id }
  throw new Fault('E_ENGINE_START', 'Postgres refuses to run as root, and no other uid is mapped into this container', {
    hint: 'run as an ordinary user, or map a range of uids into the container',
  })
}

/** `highest` is the highest id that exists here: a container may have only the first 65,536. Exported for its test. */
export function pickUid(highest: number, random: (low: number, high: number) => number = randomInt): number | null {
  if (highest >= 524_287) return random(262_144, 524_288)
  // 61184 to 65519 is systemd's range for users that last as long as a service.
  if (highest >= 65_519) return random(61_184, 65_520)
  return highest >= 1_000 ? highest - 1 : null
}

async function readIdMap(path: string): Promise<number> {
  let text: string
  try {
    text = await readFile(path, 'latin1')
  } catch {
    // No user namespaces on this system: every id exists.
    return Number.MAX_SAFE_INTEGER
  }
  const ranges = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return Math.max(...ranges.map(([inside = 0, , count = 0]) => inside + count - 1))
}
