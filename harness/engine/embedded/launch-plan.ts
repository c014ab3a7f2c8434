import { runProgram } from './run-program.ts'
import type { ServerUser } from '../server-uid.ts'

/**
 * How the server is shut in, best first. `namespaces`: no network interfaces, no view of other processes, and all its
 * processes end with the first. `death signal`: ends with us, but shares our network. `plain`: a watcher ends it.
 */
export type Confinement = 'namespaces' | 'death signal' | 'plain'

export interface LaunchPlan {
  readonly confinement: Confinement
  /** The program and its arguments, to be followed by the server's own. */
  readonly command: readonly string[]
  /** For the spawn itself, where no program in `command` changes the user. */
  readonly ids: { readonly uid?: number; readonly gid?: number }
  /** The server is a child of the spawned process, not that process itself. */
  readonly forks: boolean
}

export interface LaunchWish {
  readonly user: ServerUser
  /** False for a server that is to outlive us. */
  readonly diesWithUs: boolean
  /** The strongest confinement to try; weaker ones follow. For tests and for `doctor`. */
  readonly strongest?: Confinement
}

/** The strongest plan that works on this machine: each is tried with a program that does nothing. */
export async function planLaunch(wish: LaunchWish): Promise<LaunchPlan> {
  for (const plan of launchPlans(wish)) {
    const [file, ...args] = [...plan.command, '/bin/sh', '-c', 'exit 0']
    if (file === undefined || plan.confinement === 'plain') return plan
    if ((await runProgram(file, args, plan.ids)).code === 0) return plan
  }
  throw new TypeError('the last plan is always taken')
}

/** Exported for its test. */
export function launchPlans(wish: LaunchWish): readonly LaunchPlan[] {
  const ids = wish.user.kind === 'separate' ? { uid: wish.user.uid, gid: wish.user.gid } : {}
  const plain: LaunchPlan = { confinement: 'plain', command: [], ids, forks: false }
  if (process.platform !== 'linux' || wish.strongest === 'plain') return [plain]
  const plans: LaunchPlan[] = []
  if (wish.strongest !== 'death signal') {
    // Some containers forbid a fresh /proc; without one the server sees that other processes run, and no more.
    for (const proc of [['--mount-proc'], []]) plans.push(inNamespaces(wish, proc))
  }
  // QUIT, not KILL: without a pid namespace, backends outlive a postmaster that had no time to end them.
  plans.push({
    confinement: 'death signal',
    command: ['setpriv', ...asUser(wish.user), ...death('QUIT', wish), ...noCoreFile],
    ids: {},
    forks: false,
  })
  return [...plans, plain]
}

function inNamespaces(wish: LaunchWish, proc: readonly string[]): LaunchPlan {
  const enter = wish.user.kind === 'own' ? ['--user', '--map-current-user'] : []
  return {
    confinement: 'namespaces',
    command: [
      ...(wish.diesWithUs ? ['setpriv', ...death('KILL', wish)] : []),
      'unshare',
      ...enter,
      ...freshNamespaces,
      ...proc,
      'setpriv',
      ...asUser(wish.user),
      // Again, and last: changing the uid clears the signal. Here the parent is `unshare`, which must end with it.
      '--pdeathsig',
      'KILL',
      ...noCoreFile,
    ],
    ids: {},
    forks: true,
  }
}

/** An IPC namespace too: a killed server leaves a System V segment behind otherwise. */
const freshNamespaces = ['--net', '--pid', '--ipc', '--fork', '--kill-child=KILL'] as const

function asUser(user: ServerUser): readonly string[] {
  if (user.kind === 'own') return ['--no-new-privs']
  return ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs']
}

function death(signal: 'KILL' | 'QUIT', wish: LaunchWish): readonly string[] {
  return wish.diesWithUs ? ['--pdeathsig', signal] : []
}

/** A core file holds rows, and may land outside the run folder. */
const noCoreFile = ['prlimit', '--core=0:0'] as const
