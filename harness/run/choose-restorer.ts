import type { RestorerChoice } from '../config/index.ts'
import type { Facts } from '../facts/index.ts'
import { clientFolders, findStockClients, type StockClients } from '../restore/index.ts'
import { needOf } from './need-of.ts'
import type { ReadDump } from './read-dumps.ts'
import type { Situation } from './situation.ts'

/** What restores the dumps, with all that it needs. */
export type ChosenRestorer =
  | { readonly kind: 'ours' }
  | { readonly kind: Exclude<RestorerChoice, 'ours'>; readonly clients: StockClients }

/**
 * Throws before anything is started where the stock clients are asked for and are missing, or below the minor with the
 * known fixes.
 */
export async function chooseRestorer(
  dumps: readonly ReadDump[],
  baseline: Facts | null,
  { config, acceptVulnerableClient = false }: Situation,
  environment: NodeJS.ProcessEnv,
): Promise<ChosenRestorer> {
  const kind = config.values.restorer
  if (kind === 'ours') return { kind }
  const { major } = needOf(dumps, baseline, config.values.engine.superuser)
  const writers = dumps.map(({ summary: { format, toolVersion } }) =>
    format === 'plain' ? 0 : Number.parseInt(toolVersion ?? '0', 10),
  )
  const clients = await findStockClients(
    { serverMajor: major ?? 0, oldestMajor: Math.max(0, ...writers) },
    await clientFolders(environment),
    { acceptVulnerable: acceptVulnerableClient },
  )
  return { kind, clients }
}

/** `psql 17.12`, `psql and pg_restore 17.12`: as the report names what ran the dumps. */
export function nameClients({ version }: StockClients, dumps: readonly ReadDump[]): string {
  const formats = new Set(dumps.map(({ summary }) => (summary.format === 'plain' ? 'psql' : 'pg_restore')))
  return `${[...formats].sort().reverse().join(' and ')} ${version.text}`
}
