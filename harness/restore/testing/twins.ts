import { silentProgress } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import { restoreDumps, type DumpFile } from '../restore-dumps.ts'
import type { RestoreLedger } from '../types.ts'
import { clearServer, stateOfServer } from './clear-server.ts'
import type { ClientTools } from './client-tools.ts'
import { oracleEngine } from './oracle-test.ts'
import { describeServers } from './describe-server.ts'
import { firstDifference } from './first-difference.ts'
import { restoreWithPsql, type StockRestore } from './stock-restore.ts'

export interface TwinRestore {
  readonly ledger: RestoreLedger
  readonly stock: StockRestore
}

export interface TwinOptions {
  /** Where both begin. It must exist on both. */
  readonly database: string
  /** Where psql begins instead. */
  readonly psqlDatabase?: string
  readonly provided?: ReadonlySet<string>
}

/** Two new servers of one major: we restore into one of them, psql into the other. */
export class Twins implements AsyncDisposable {
  readonly ours: DisposableServer
  readonly theirs: DisposableServer
  readonly tools: ClientTools
  readonly #states = new Map<DisposableServer, string>()

  private constructor(ours: DisposableServer, theirs: DisposableServer, tools: ClientTools) {
    this.ours = ours
    this.theirs = theirs
    this.tools = tools
  }

  static async start(major: number, tools: ClientTools, plainBytes = 0): Promise<Twins> {
    await using starting = new AsyncDisposableStack()
    const ours = starting.use(await startServer(major, plainBytes))
    const theirs = starting.use(await startServer(major, plainBytes))
    const twins = new Twins(ours, theirs, tools)
    starting.move()
    return twins
  }

  /** For one test after the other, with {@link renew} after each. */
  static async startLasting(major: number, tools: ClientTools): Promise<Twins> {
    const twins = await Twins.start(major, tools)
    for (const server of twins.both) twins.#states.set(server, await stateOfServer(server))
    return twins
  }

  get both(): readonly DisposableServer[] {
    return [this.ours, this.theirs]
  }

  /** The same dumps into both. */
  async restore(files: readonly DumpFile[], options: TwinOptions): Promise<TwinRestore> {
    const { database, psqlDatabase = database, provided = new Set() } = options
    const ledger = await restoreDumps(files, this.ours, {
      database,
      provided,
      signal: new AbortController().signal,
      progress: silentProgress,
      totalBytes: 0,
    })
    const paths = files.map(({ path }) => path)
    return { ledger, stock: await restoreWithPsql(this.tools, this.theirs.address, psqlDatabase, ...paths) }
  }

  /** Where the two servers' roles or databases first differ, as pg_dumpall and pg_dump tell; null when they are equal. */
  async difference(databases: readonly string[]): Promise<string | null> {
    const addresses = this.both.map(({ address }) => address)
    const [ours, theirs] = await describeServers(this.tools, addresses, databases)
    return firstDifference(ours ?? [], theirs ?? [])
  }

  /** As they were at the start, for the next test: databases and roles are dropped. Throws where anything else was left. */
  async renew(): Promise<void> {
    const states = this.#states
    if (states.size === 0) throw new Error('not started to last')
    await Promise.all(this.both.map((server) => clearServer(server, states.get(server) ?? '')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.both.map((server) => server[Symbol.asyncDispose]()))
  }
}

/** A disposable server on its own, for a source to dump from. */
export async function startServer(major: number, plainBytes = 0): Promise<DisposableServer> {
  const need = { major, extensions: [], plainBytes, superuser: 'postgres' }
  return oracleEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
}
