import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  chooseServerUser,
  planLaunch,
  type DisposableServer,
  type LaunchPlan,
  type ServerUser,
} from '../../engine/index.ts'

/**
 * Where a client runs: an empty folder, a uid of its own where we are root, no network, no other processes to be seen,
 * and an end with ours. The disposable server's socket is out of its reach; it is given one of its own.
 */
export class ClientSandbox implements AsyncDisposable {
  /** The client's working directory, and the only one that it may write into. */
  readonly folder: string
  readonly user: ServerUser
  readonly plan: LaunchPlan

  private constructor(folder: string, user: ServerUser, plan: LaunchPlan) {
    this.folder = folder
    this.user = user
    this.plan = plan
  }

  static async open(server: DisposableServer): Promise<ClientSandbox> {
    const user = await chooseServerUser()
    const plan = await planLaunch({ user, diesWithUs: true })
    // Beside the server's socket, so that what is swept after a crash of ours takes it along.
    const folder = await mkdtemp(join(await placeFor(server), 'c-'))
    await chmod(folder, 0o700)
    if (user.kind === 'separate') await chown(folder, user.uid, user.gid)
    return new ClientSandbox(folder, user, plan)
  }

  /** A folder of ours inside it, that the client may read. */
  async place(name: string): Promise<string> {
    const path = join(this.folder, name)
    await mkdir(path, { mode: 0o755 })
    return path
  }

  /** What comes before the client's own words. `processes`: how many it may be, itself included. */
  command(processes: number): readonly string[] {
    if (this.plan.command.length === 0) return []
    const limits = ['prlimit', '--fsize=0:0']
    // Counted by user: of a uid that nobody else has it is a bar to every shell that a dump could ask for.
    if (this.user.kind === 'separate') limits.push(`--nproc=${processes}:${processes}`)
    return [...this.plan.command, ...limits]
  }

  get notes(): readonly string[] {
    return [
      confinements[this.plan.confinement],
      this.user.kind === 'separate'
        ? 'under a uid that nobody else has, which may start no further programs'
        : 'under the same user as the harness: code in the dump could read files of that user',
      'empty environment and working folder, and what it writes to a file is refused',
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

const confinements: Readonly<Record<LaunchPlan['confinement'], string>> = {
  'own root': 'no network, no view of other processes or files; killed by the kernel together with the harness',
  namespaces: 'no network, no view of other processes; killed by the kernel together with the harness',
  'death signal': 'shares the network of this machine; ends with the harness by a death signal',
  plain: 'shares the network of this machine; ends when its connection to the harness does',
}

/** The folder around the server's socket, where the client's uid may pass through it; else the system's own. */
async function placeFor({ address }: DisposableServer): Promise<string> {
  if (!address.host.startsWith('/')) return tmpdir()
  const around = dirname(address.host)
  const { mode, uid } = await stat(around)
  const isOurs = uid === process.getuid?.()
  const mayPass = process.getuid?.() === 0 ? (mode & 0o001) !== 0 : isOurs
  return isOurs && mayPass ? around : tmpdir()
}
