import { GenericContainer, type WaitStrategy } from 'testcontainers'
import type { ContainerLimits } from './container-limits.ts'
import type { Runtime } from './runtime.ts'
import { socketMount } from './socket-place.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

/** On a socket in a folder of ours, without any network; or on a port of that address. */
export type Listening =
  | { readonly kind: 'socket'; readonly folder: string }
  | { readonly kind: 'port'; readonly address: string }

/** Of what an entry point writes beside the data: sockets, passwords on their way. */
const scratchBytes = 64 * 1024 * 1024

/** A container of ours: without a network or published on one address alone, watched from before it runs, few rights inside. */
export class PostgresContainer extends GenericContainer {
  readonly #runtime: Runtime
  #watchdog: Watchdog | null = null

  constructor(image: string, runtime: Runtime, listening: Listening) {
    super(image)
    this.#runtime = runtime
    // Not testcontainers' reaper: its image would have to be pulled. The watchdog takes its place.
    this.withAutoCleanup(false)
    if (listening.kind === 'socket') {
      this.withNetworkMode('none')
      // Shared (z): where SELinux rules, the container may touch only what is labelled for it.
      this.hostConfig.Binds = [`${listening.folder}:${socketMount}:rw,z`]
    } else {
      this.withExposedPorts(5432)
      // testcontainers publishes on all addresses; the port of a superuser must not leave this machine.
      this.hostConfig.PortBindings = { '5432/tcp': [{ HostIp: listening.address, HostPort: '0' }] }
    }
    // What an entry point needs to hand its folder and itself to the postgres user, and no more.
    this.withDroppedCapabilities('ALL').withAddedCapabilities('CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID')
    this.withSecurityOpt('no-new-privileges')
    // Readiness is a query that was answered, and is waited for outside: testcontainers needn't.
    this.withWaitStrategy(atOnce)
  }

  /** What it may take; its data in memory of that size, or in a volume of its own that goes with it. */
  withLimits(limits: ContainerLimits, root: { readonly dataFolder: string; readonly readOnlyRoot: boolean }): this {
    this.hostConfig.Memory = limits.memoryBytes
    this.hostConfig.MemorySwap = limits.memoryBytes
    this.hostConfig.PidsLimit = limits.pids
    this.hostConfig.CpuShares = limits.cpuShares
    this.hostConfig.ShmSize = limits.sharedBytes
    this.hostConfig.LogConfig = {
      Type: 'json-file',
      Config: { 'max-size': String(limits.logBytes), 'max-file': '2' },
    }
    if (limits.dataBytes === null) this.createOpts.Volumes = { [root.dataFolder]: {} }
    else this.withTmpFs({ [root.dataFolder]: `rw,size=${limits.dataBytes}` })
    if (root.readOnlyRoot) {
      this.hostConfig.ReadonlyRootfs = true
      const inMemory = `rw,size=${scratchBytes}`
      this.withTmpFs({ '/tmp': inMemory, '/run': inMemory, '/var/run/postgresql': inMemory })
    }
    return this
  }

  get watchdog(): Watchdog | null {
    return this.#watchdog
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#watchdog = startWatchdog(this.#runtime.container.dockerode, id)
  }
}

const atOnce: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => atOnce,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
}
