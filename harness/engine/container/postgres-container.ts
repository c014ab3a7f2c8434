import { GenericContainer, type WaitStrategy } from 'testcontainers'
import type { Runtime } from './runtime.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

/** A container of ours: published on the loopback address alone, watched from before it runs, few rights inside. */
export class PostgresContainer extends GenericContainer {
  readonly #runtime: Runtime
  #watchdog: Watchdog | null = null

  constructor(image: string, runtime: Runtime, address: string) {
    super(image)
    this.#runtime = runtime
    // Not testcontainers' reaper: its image would have to be pulled. The watchdog takes its place.
    this.withAutoCleanup(false)
    this.withExposedPorts(5432)
    // testcontainers publishes on all addresses; the port of a superuser must not leave this machine.
    this.hostConfig.PortBindings = { '5432/tcp': [{ HostIp: address, HostPort: '0' }] }
    // What an entry point needs to hand its folder and itself to the postgres user, and no more.
    this.withDroppedCapabilities('ALL').withAddedCapabilities('CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID')
    this.withSecurityOpt('no-new-privileges')
    this.hostConfig.PidsLimit = 512
    // Readiness is a query that was answered, and is waited for outside: testcontainers needn't.
    this.withWaitStrategy(atOnce)
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
