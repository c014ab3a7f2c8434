import { totalmem } from 'node:os'
import { Fault } from '../../core/index.ts'
import { launchFolder, type OwnRoot } from './own-root.ts'
import { runProgram } from './run-program.ts'
import type { ServerUser } from '../server-uid.ts'

/**
 * How the server is shut in, best first. `own root`: as `namespaces`, and nothing of this machine's files in sight but
 * what it runs on. `namespaces`: no network interfaces, no view of other processes, and all its processes end with the
 * first. `death signal`: ends with us, but shares our network. `plain`: a watcher ends it.
 */
export type Confinement = 'own root' | 'namespaces' | 'death signal' | 'plain'

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
  /** Laid out for the server; without one it is not tried. */
  readonly root?: OwnRoot | null
  /** The strongest confinement to try; weaker ones follow. For tests and for `doctor`. */
  readonly strongest?: Confinement
  /** This one and no weaker: what a dump has left behind must not choose how it is shut in. */
  readonly exactly?: Confinement
}

/** The strongest plan that works on this machine: each is tried with a program that does nothing. */
export async function planLaunch(wish: LaunchWish): Promise<LaunchPlan> {
  const plans = launchPlans(wish).filter(({ confinement }) => (wish.exactly ?? confinement) === confinement)
  for (const plan of plans) {
    const idle = plan.confinement === 'own root' && wish.root ? wish.root.trial : ['/bin/sh', '-c', 'exit 0']
    const [file, ...args] = [...plan.command, ...idle]
    if (file === undefined || plan.confinement === 'plain') return plan
    if ((await runProgram(file, args, plan.ids)).code === 0) return plan
  }
  throw new Fault('E_ENGINE_START', `the server can no longer be shut in as it was (${wish.exactly ?? 'plain'})`, {
    hint: 'run again; `rehearse doctor` checks this machine',
  })
}

/** Exported for its test. */
export function launchPlans(wish: LaunchWish): readonly LaunchPlan[] {
  const ids = wish.user.kind === 'separate' ? { uid: wish.user.uid, gid: wish.user.gid } : {}
  const plain: LaunchPlan = { confinement: 'plain', command: [], ids, forks: false }
  if (process.platform !== 'linux' || wish.strongest === 'plain') return [plain]
  const plans: LaunchPlan[] = []
  if (wish.root && (wish.strongest ?? 'own root') === 'own root') plans.push(inOwnRoot(wish, wish.root))
  if (wish.strongest !== 'death signal') {
    // Some containers forbid a fresh /proc; without one the server sees that other processes run, and no more.
    for (const proc of [['--mount-proc'], []]) plans.push(inNamespaces(wish, proc))
  }
  // QUIT, not KILL: without a pid namespace, backends outlive a postmaster that had no time to end them.
  plans.push({
    confinement: 'death signal',
    command: ['setpriv', ...asUser(wish.user), ...death('QUIT', wish), ...limits(wish)],
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
      ...limits(wish),
    ],
    ids: {},
    forks: true,
  }
}

/** An IPC namespace too: a killed server leaves a System V segment behind otherwise. */
const freshNamespaces = ['--net', '--pid', '--ipc', '--fork', '--kill-child=KILL'] as const

/**
 * As {@link inNamespaces}, with a mount namespace whose root is `root`. As an ordinary user it takes two user namespaces:
 * one to be root in and mount, and one within to be nobody again, who can undo none of it.
 */
function inOwnRoot(wish: LaunchWish, root: OwnRoot): LaunchPlan {
  const { user } = wish
  const leave =
    user.kind === 'own'
      ? [`${launchFolder}/unshare`, '--user', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`]
      : []
  return {
    confinement: 'own root',
    command: [
      ...(wish.diesWithUs ? ['setpriv', ...death('KILL', wish)] : []),
      ...limits(wish),
      'unshare',
      ...(user.kind === 'own' ? ['--user', '--map-root-user'] : []),
      ...freshNamespaces,
      '--mount',
      '/bin/sh',
      '-c',
      changeRoot,
      'root',
      root.table,
      root.path,
      ...leave,
      `${launchFolder}/setpriv`,
      ...asUser(user),
      '--pdeathsig',
      'KILL',
    ],
    ids: {},
    forks: true,
  }
}

/** From the second step on, programs come out of the new root. The shell is replaced, and none is there to be started. */
const changeRoot = `mount --all --fstab "$1" && cd "$2" && pivot_root . old && cd / && ${launchFolder}/umount -l /old && shift 2 && exec "$@"`

function asUser(user: ServerUser): readonly string[] {
  if (user.kind === 'own') return ['--no-new-privs']
  return ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs']
}

function death(signal: 'KILL' | 'QUIT', wish: LaunchWish): readonly string[] {
  return wish.diesWithUs ? ['--pdeathsig', signal] : []
}

/**
 * A core file holds rows, and may land outside the run folder. `as`: what one session asks for must not take the
 * machine's memory from all others; far more than a value of the largest size (1 GB) takes on its way in. `nproc` counts
 * by user, so only of one that nobody else is: 50 connections, their parallel workers and the server's own come to less.
 */
function limits({ user, root }: LaunchWish): readonly string[] {
  const words = ['prlimit', '--core=0:0']
  const bytes = Math.max(4 * 1024 ** 3, Math.round(0.75 * memoryBytes()))
  words.push(`--as=${bytes}:${bytes}`)
  return root && user.kind === 'separate' ? [...words, '--nproc=256:256'] : words
}

/** Of the machine, or of the container that we run in. */
function memoryBytes(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}
