import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, scrub } from '../../core/index.ts'
import { initdbLocale } from '../initdb-locale.ts'
import { removeTree } from '../remove-tree.ts'
import { placeOnce } from './cache.ts'
import { platformName, type Binaries } from './find-binaries.ts'
import { runProgram, type ProgramResult } from './run-program.ts'
import type { ServerUser } from './server-uid.ts'

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
      await initialise(installed, data, binaries.major, superuser, await initdbUser(user))
      await writeFile(join(data, 'pg_hba.conf'), accessRules)
      require0(await runProgram('tar', ['-cf', tarFile, '-C', data, '.']), 'tar')
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
    require0(await runProgram('tar', ['-xf', '-', '-C', target], { ...ids, stdin: file.fd }), 'tar')
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
    await chown(data, (await initdbUser(user)).uid ?? 0, user.gid)
  }
  return data
}

/** initdb wants its uid to have a name, which the server's has not: it borrows `nobody`, with our private group. */
async function initdbUser(user: ServerUser): Promise<{ uid?: number; gid?: number }> {
  if (user.kind === 'own') return {}
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const named = accounts.find(([name]) => name === 'nobody') ?? accounts.find(([, , uid]) => Number(uid) > 0)
  if (named === undefined) {
    throw new Fault('E_ENGINE_START', 'initdb refuses to run as root, and /etc/passwd has no other user', {
      hint: 'run as an ordinary user',
    })
  }
  return { uid: Number(named[2]), gid: user.gid }
}

async function initialise(
  installed: string,
  data: string,
  major: number,
  superuser: string,
  ids: { uid?: number; gid?: number },
): Promise<void> {
  const common = ['-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  const initdb = join(installed, 'bin', 'initdb')
  let last: ProgramResult | null = null
  for (const locale of localesFor(major)) {
    last = await runProgram(initdb, [...common, '--wal-segsize=1', ...locale], { ...ids, cwd: '/' })
    if (last.code === 0) return
  }
  if (last) require0(last, 'initdb')
}

/** The usual one first; not every system has a C locale that knows all letters. */
function localesFor(major: number): readonly (readonly string[])[] {
  const best = initdbLocale(major)
  return major >= 17 ? [best] : [best, ['--locale=C', '--lc-ctype=UTF-8'], ['--locale=C']]
}

function require0(result: ProgramResult, program: string): void {
  if (result.code === 0) return
  const isFull = /No space left on device/.test(result.output)
  throw new Fault(
    isFull ? 'E_DISK_FULL' : 'E_ENGINE_START',
    `${program} ended with ${result.signal ?? result.code}: ${scrub(result.output).trim()}`,
    { hint: isFull ? 'free some space and run again' : 'see what it said; `rehearse doctor` checks this machine' },
  )
}
