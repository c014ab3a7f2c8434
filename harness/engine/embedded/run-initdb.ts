import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { initdbLocale } from '../initdb-locale.ts'
import { requireSuccess, runProgram, type ProgramResult } from './run-program.ts'
import type { ServerUser } from '../server-uid.ts'

/** Who runs initdb: it refuses root, and wants its uid to have a name in /etc/passwd. */
export interface InitdbUser {
  readonly ids: { readonly uid?: number; readonly gid?: number }
  /** A program in front of initdb that gives our uid a name. */
  readonly wrapper: readonly string[]
}

/** As root it borrows `nobody`, with the server's private group: the server's own uid has no name. */
export async function initdbUser(user: ServerUser): Promise<InitdbUser> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const named = accounts.find(([name]) => name === 'nobody') ?? accounts.find(([, , uid]) => Number(uid) > 0)
  if (user.kind === 'own') return { ids: {}, wrapper: hasName() ? [] : nameForUs(named?.[2]) }
  if (named === undefined) {
    throw new Fault('E_ENGINE_START', 'initdb refuses to run as root, and /etc/passwd has no other user', {
      hint: 'run as an ordinary user',
    })
  }
  return { ids: { uid: Number(named[2]), gid: user.gid }, wrapper: [] }
}

/** In a container, our uid may well have none: seen from within a user namespace, it is then that of `nobody`. */
function nameForUs(uid: string | undefined): readonly string[] {
  return process.platform === 'linux' ? ['unshare', '--user', `--map-user=${uid ?? 65_534}`] : []
}

function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    // The system has no entry for our uid.
    return false
  }
}

export async function runInitdb(cluster: {
  readonly installed: string
  readonly data: string
  readonly major: number
  readonly superuser: string
  readonly as: InitdbUser
}): Promise<void> {
  const { installed, data, major, superuser, as } = cluster
  const common = ['-D', data, '-U', superuser, '-A', 'trust', '--no-sync', '--wal-segsize=1']
  let last: ProgramResult | null = null
  for (const locale of localesFor(major)) {
    const [file = '', ...args] = [...as.wrapper, join(installed, 'bin', 'initdb'), ...common, ...locale]
    last = await runProgram(file, args, { ...as.ids, cwd: '/' })
    if (last.code === 0) return
  }
  await requireName(as)
  if (last !== null) requireSuccess(last, 'initdb')
}

/** Where nothing can give our uid a name, that is all there is to say. */
async function requireName({ wrapper: [file, ...args] }: InitdbUser): Promise<void> {
  if (file === undefined || (await runProgram(file, [...args, 'true'])).code === 0) return
  throw new Fault('E_ENGINE_START', `initdb wants a user with a name, and uid ${process.getuid?.()} has none here`, {
    hint: 'run as a user that /etc/passwd names (in a container: --user node, or --user postgres), or allow user namespaces',
  })
}

/** The usual one first; not every system has a C locale that knows all letters. */
function localesFor(major: number): readonly (readonly string[])[] {
  const best = initdbLocale(major)
  return major >= 17 ? [best] : [best, [...best.slice(0, -1), '--lc-ctype=UTF-8'], best.slice(0, -1)]
}
