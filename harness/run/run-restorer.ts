import { availableParallelism } from 'node:os'
import { scrubLine } from '../core/index.ts'
import { advisoriesAgainst, type DisposableServer } from '../engine/index.ts'
import { restoreDumps, restoreStock, type RestoreLedger, type StockRestore } from '../restore/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import { nameClients, type ChosenRestorer } from './choose-restorer.ts'
import type { FindingBook } from './finding-book.ts'
import type { Outlines } from './read-dumps.ts'
import type { Situation } from './situation.ts'

export interface RunRestore {
  readonly ledger: RestoreLedger
  /** As the report names what ran the dumps. */
  readonly restorer: string
}

/** Runs the dumps into a database: by the stock clients where they alone were asked for, else by our own loader. */
export async function runRestorer(
  { restored }: DumpChoice,
  server: DisposableServer,
  {
    database,
    provided,
    lacking,
    restorer,
    outlines,
  }: {
    readonly database: string
    readonly provided: ReadonlySet<string>
    readonly lacking: ReadonlyMap<string, string>
    readonly restorer: ChosenRestorer
    readonly outlines: Outlines
  },
  { signal, progress }: Situation,
  book: FindingBook,
): Promise<RunRestore> {
  const totalBytes = restored.reduce((sum, { summary }) => sum + summary.plainBytes, 0)
  const options = { database, provided, lacking, signal, progress, totalBytes }
  if (restorer.kind !== 'stock') {
    const files = restored.map(({ file }) => {
      const outlined = outlines.get(file)
      return { path: file.path, name: file.name, ...(outlined && { outlined }) }
    })
    return { ledger: await restoreDumps(files, server, options), restorer: 'ours' }
  }
  const { clients } = restorer
  const files = restored.map(({ file, summary }) => ({ path: file.path, name: file.name, format: summary.format }))
  const stock = await restoreStock(files, server, { ...options, clients, jobs: availableParallelism() })
  const name = nameClients(clients, restored)
  judgeStock(stock, name, book)
  return { ledger: stock.ledger, restorer: name }
}

const clientPrograms = ['pg_restore', 'psql'] as const

/** What only a client says: its own complaints, the server's warnings, and that it should not have been run. */
function judgeStock({ complaints, warnings, clients, isolation }: StockRestore, name: string, book: FindingBook): void {
  for (const complaint of complaints) {
    const remedy = 'see whether this client can restore the dump at all; compare with --restorer ours'
    book.differs('restore', name, `${name} complains: ${scrubLine(complaint)}`, { remedy, attribution: 'restore' })
  }
  for (const { file, verb, object, code, message, harmless } of warnings) {
    const what = object === null ? verb : `${verb} ${object}`
    const said = `${file}: the server warned at ${what}: ${scrubLine(message)} (${code})`
    book.notice('restore', object ?? verb, harmless === null ? said : `${said}; harmless: ${harmless}`)
  }
  if (clients.isVulnerable) {
    const known = [...new Set(clientPrograms.flatMap((program) => advisoriesAgainst(program, clients.version)))]
    const cves = known.map(({ cve }) => cve).join(', ')
    const message = `${name} is below the minor with the known fixes (${cves}), and was run because that was accepted`
    book.notice('restore', name, message, `update it; it ran ${isolation[0]}`)
  }
}
