import { chmod, chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { placeOnce } from '../harness/engine/cache.ts'
import { platformName, type Binaries } from '../harness/engine/embedded/find-binaries.ts'
import { initdbUser } from '../harness/engine/embedded/run-initdb.ts'
import { requireSuccess, runProgram } from '../harness/engine/embedded/run-program.ts'
import { initdbLocale } from '../harness/engine/initdb-locale.ts'
import { removeTree } from '../harness/engine/remove-tree.ts'
import type { ServerUser } from '../harness/engine/server-uid.ts'

/**
 * A cluster as `initdb` makes it when it is asked for nothing but our locale, as a tar file. Ours has small WAL
 * segments, from which initdb derives a `max_wal_size` that no default server has.
 */
export async function defaultCluster(
  cache: string,
  binaries: Binaries,
  installed: string,
  user: ServerUser,
): Promise<string> {
  return placeOnce(join(cache, 'templates', `${binaries.version}-${platformName}-default.tar`), async (tarFile) => {
    const work = `${tarFile}.d`
    try {
      const as = await initdbUser(user)
      const data = join(work, 'data')
      await mkdir(data, { recursive: true, mode: 0o700 })
      if (user.kind === 'separate') {
        await chown(work, 0, user.gid)
        await chmod(work, 0o710)
        await chown(data, as.ids.uid ?? 0, user.gid)
      }
      const asked = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', ...initdbLocale(binaries.major)]
      const [file = '', ...args] = [...as.wrapper, join(installed, 'bin', 'initdb'), ...asked]
      requireSuccess(await runProgram(file, args, { ...as.ids, cwd: '/' }), 'initdb')
      requireSuccess(await runProgram('tar', ['-cf', tarFile, '-C', data, '.']), 'tar')
    } finally {
      await removeTree(work)
    }
  })
}
