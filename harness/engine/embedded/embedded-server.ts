import { Fault, scrubLine } from '../../core/index.ts'
import { cloneDatabase, connect, type ServerAddress, type Session } from '../../postgres/index.ts'
import { createDatabase, type DatabaseShape } from '../create-database.ts'
import type { DisposableServer, Isolation, ServerLimits } from '../types.ts'
import { guardRoom, type RoomGuard } from './guard-room.ts'
import type { Confinement, LaunchWish } from './launch-plan.ts'
import { connectAsAdmin, giveDatabase, limitRights } from './limit-rights.ts'
import { readLogTail } from './log-tail.ts'
import { hasOwnRoot } from './inspect-root.ts'
import { hasNoNetwork } from './server-process.ts'
import { addressOf, killServer, startServer, type ServerSetup, type StartedServer } from './start-server.ts'
import { stopServer } from './stop-server.ts'

/** A server over the embedded binaries, running. */
export class EmbeddedServer implements DisposableServer {
  readonly kind = 'embedded'
  readonly major: number
  readonly version: string
  address: ServerAddress
  readonly isolation: Isolation
  readonly origin: string
  readonly startMs: number
  readonly #setup: ServerSetup
  readonly #wish: LaunchWish
  #server: StartedServer
  /** Whose sessions no dump takes part in: the same as `address` where the server is shut in. */
  #admin: ServerAddress
  limits: ServerLimits | undefined = undefined
  #guard: RoomGuard | null = null
  #state: 'running' | 'kept' | 'disposed' = 'running'

  constructor(
    setup: ServerSetup,
    wish: LaunchWish,
    server: StartedServer,
    seen: { readonly isolation: Isolation; readonly origin: string; readonly startMs: number },
  ) {
    this.#setup = setup
    this.#wish = wish
    this.#server = server
    this.major = setup.major
    this.version = server.version
    this.address = addressOf(setup)
    this.#admin = this.address
    this.isolation = seen.isolation
    this.origin = seen.origin
    this.startMs = seen.startMs
  }

  /** From now on the server is stopped before it takes the last of the machine's memory or disk. */
  async guard(roomLeft?: () => Promise<number>): Promise<this> {
    this.#guard = await guardRoom(this.#setup.folder, async () => killServer(this.#server.process), roomLeft)
    return this
  }

  /** Before anything is restored: what is not wholly shut in is restored by a role that is no superuser. */
  async limitWhereOpen(): Promise<this> {
    const { network, files } = this.isolation
    if (network === 'none' && files === 'own root') return this
    const { limited, admin } = await limitRights(this.address)
    this.address = limited
    this.#admin = admin
    this.limits = {
      reason: 'the server could not be shut in here, and code in the dump must not reach this machine',
      remedy:
        'allow user namespaces and mounts in them (sysctl kernel.apparmor_restrict_unprivileged_userns=0), run as root on Linux, or use --engine container',
      connectAdmin: async (database) => connectAsAdmin(admin, database),
    }
    return this
  }

  async connect(database: string, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
    if (this.#guard?.breach) {
      throw new Fault('E_DISK_FULL', `the disposable server was stopped: ${this.#guard.breach}`, {
        hint: 'give it more room; or the dump holds something that grows without end (a view, a default)',
      })
    }
    if (this.#server.process.hasEnded()) {
      throw new Fault('E_ENGINE_CRASHED', `the disposable server ended with ${await this.#server.process.ended}`, {
        hint: `see the end of its log: ${scrubLine(await this.logTail(3))}`,
      })
    }
    return connect(this.address, database, options)
  }

  async createDatabase(name: string, options: DatabaseShape = {}): Promise<void> {
    await using session = await connect(this.#admin, 'template1')
    await createDatabase(session, this.major, name, options)
    if (this.limits) await giveDatabase(session, name, this.address.user)
  }

  async cloneDatabase(from: string, to: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await using session = await connect(this.#admin, 'template1', options)
    await cloneDatabase(session, from, to)
  }

  async keep(database = 'postgres'): Promise<{ readonly connect: string; readonly stop: string }> {
    const { folder } = this.#setup
    if (this.#state === 'running') {
      this.#guard?.[Symbol.dispose]()
      // What the kernel ends together with us can't be let go of: it is started again, on its own this time.
      await stopServer(this.#server)
      this.#server = await startServer(
        this.#setup,
        { ...this.#wish, diesWithUs: false, exactly: this.#server.process.plan.confinement },
        new AbortController().signal,
      )
      this.#state = 'kept'
    }
    const { pid } = this.#server
    const gone = `while kill -0 ${pid} 2>/dev/null; do sleep 0.1; done`
    return {
      connect: `psql -h ${quoteShell(folder.socket)} -U ${quoteShell(this.address.user)} -d ${quoteShell(database)}`,
      stop: `kill -INT ${pid} && ${gone}; rm -rf ${quoteShell(folder.path)}`,
    }
  }

  async logTail(lines: number): Promise<string> {
    return readLogTail(this.#setup.folder.log, lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'disposed'
    this.#guard?.[Symbol.dispose]()
    try {
      await stopServer(this.#server)
    } finally {
      await this.#setup.folder[Symbol.asyncDispose]()
    }
  }
}

/** What is known of a running server's confinement, as seen from outside it. */
export async function observeIsolation(
  server: StartedServer,
  setup: ServerSetup,
  wish: LaunchWish,
): Promise<Isolation> {
  const cutOff = await hasNoNetwork(server.pid)
  const isAlone = server.root ? await hasOwnRoot(server.pid, server.root) : false
  const { confinement } = server.process.plan
  return {
    network: cutOff ? 'none' : 'host',
    files: isAlone ? 'own root' : 'host',
    ownUser: wish.user.kind === 'separate',
    diesWithParent: wish.diesWithUs,
    notes: [
      cutOff || !confinesNetwork.has(confinement) ? confinementNotes[confinement] : unverified,
      'listens on a Unix socket only, in a folder closed to other users',
      setup.folder.storage === 'memory' ? 'data in memory (tmpfs)' : 'data on disk',
      ...(cutOff ? [] : ['shares the network of this machine: code in the dump could reach other hosts']),
      ...(isAlone ? [] : [reachOf(wish.user)]),
    ],
  }
}

function reachOf(user: LaunchWish['user']): string {
  return user.kind === 'own'
    ? 'sees the files of this machine, under the same user as the harness: code in the dump could reach all that this user can'
    : 'sees the files of this machine: code in the dump could read what every user may read, and write to folders such as /tmp'
}

const confinesNetwork: ReadonlySet<Confinement> = new Set(['own root', 'namespaces'])

/** A container's root without CAP_SYS_PTRACE may start it so, and not look. */
const unverified = 'was to have namespaces of its own, which can not be verified from here: taken as if it had none'

const confinementNotes: Readonly<Record<Confinement, string>> = {
  'own root':
    'own file system (its binaries and libraries read-only, its run folder), network, process and IPC namespaces; killed by the kernel together with the harness',
  namespaces: 'own network, process and IPC namespaces; killed by the kernel together with the harness',
  'death signal': 'no namespaces: this kernel or container forbids them; ends with the harness by a death signal',
  plain: 'no namespaces and no death signal on this system; a watcher ends it when the harness ends',
}

function quoteShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
