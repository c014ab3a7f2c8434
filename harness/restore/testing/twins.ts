import { silentProgress } from '../../core/index.ts'
import type { DisposableServer } from '../../engine/index.ts'
import { restoreDumps, type DumpFile } from '../restore-dumps.ts'
import type { RestoreLedger } from '../types.ts'
import type { ClientTools } from './client-tools.ts'
import { oracleEngine } from './oracle-test.ts'
import { describeServer } from './describe-server.ts'
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

  private constructor(ours: DisposableServer, theirs: DisposableServer, tools: ClientTools) {
    this.ours = ours
    this.theirs = theirs
    this.tools = tools
  }

  static async start(major: number, tools: ClientTools, plainBytes = 0): Promise<Twins> {
    await using starting = new AsyncDisposableStack()
    const ours = starting.use(await startServer(major, plainBytes))
    const theirs = await startServer(major, plainBytes)
    starting.move()
    return new Twins(ours, theirs, tools)
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
    const restores: StockRestore[] = []
    for (const { path } of files) {
      restores.push(await restoreWithPsql(this.tools, this.theirs.address, psqlDatabase, path))
    }
    return {
      ledger,
      stock: {
        refused: restores.flatMap(({ refused }) => refused),
        complaints: restores.flatMap(({ complaints }) => complaints),
      },
    }
  }

  /** Where the two servers' roles or databases first differ, as pg_dumpall and pg_dump tell; null when they are equal. */
  async difference(databases: readonly string[]): Promise<string | null> {
    const [ours, theirs] = await Promise.all(
      this.both.map(({ address }) => describeServer(this.tools, address, databases)),
    )
    return firstDifference(ours ?? [], theirs ?? [])
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
