import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../remove-tree.ts'
import { placeOnce } from '../cache.ts'
import { platformName, type Binaries } from './find-binaries.ts'
import { initdbUser, runInitdb } from './run-initdb.ts'
import { requireSuccess, runProgram } from './run-program.ts'
import type { ServerUser } from '../server-uid.ts'

/** To be raised when what {@link templateCluster} makes changes: older templates are then left alone. */
const recipe = 1

/**
 * A cluster as `initdb` makes it, as a tar file in the cache, once per version and superuser: unpacking one file onto
 * tmpfs was the fastest way to clone it (30 to 50 ms; `cp -a` 55 ms; initdb itself 540 ms).
 */
export async function templateCluster(
  cache: string,
  binaries: Binaries,
  installed: string,
  superuser: string,
  user: ServerUser,
): Promise<string> {
  const owner = createHash('sha256').update(superuser).digest('hex').slice(0, 12)
  const name = `${binaries.version}-${platformName}-${owner}-${recipe}.tar`
  return placeOnce(join(cache, 'templates', name), async (tarFile) => {
    const work = `${tarFile}.d`
    try {
      const data = await prepareFolder(work, user)
      await runInitdb({ installed, data, major: binaries.major, superuser, as: await initdbUser(user) })
      await writeFile(join(data, 'pg_hba.conf'), accessRules)
      requireSuccess(await runProgram('tar', ['-cf', tarFile, '-C', data, '.']), 'tar')
      await chmod(tarFile, 0o600)
    } finally {
      await removeTree(work)
    }
  })
}

/**
 * No password: the socket lies in a folder that only the server's uid and root may enter, and no other way leads in.
 * A password would be the same in each clone, and readable by a restored superuser anyway.
 */
const accessRules = 'local all all trust\n'

/** Unpacks the template as the server's user, so that all of it belongs to that user. */
export async function cloneTemplate(tarFile: string, target: string, user: ServerUser): Promise<void> {
  const file = await open(tarFile, 'r')
  try {
    const ids = user.kind === 'separate' ? { uid: user.uid, gid: user.gid } : {}
    requireSuccess(await runProgram('tar', ['-xf', '-', '-C', target], { ...ids, stdin: file.fd }), 'tar')
  } finally {
    await file.close()
  }
}

async function prepareFolder(work: string, user: ServerUser): Promise<string> {
  const data = join(work, 'data')
  await mkdir(data, { recursive: true, mode: 0o700 })
  if (user.kind === 'separate') {
    // Only our own private group can enter: other processes of the user that initdb borrows stay outside.
    await chown(work, 0, user.gid)
    await chmod(work, 0o710)
    await chown(data, (await initdbUser(user)).ids.uid ?? 0, user.gid)
  }
  return data
}
