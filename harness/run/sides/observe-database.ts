import { beginReadOnly, observe, type Facts } from '../../facts/index.ts'
import { openProduction } from '../../postgres/index.ts'
import type { Progress, Secret } from '../../core/index.ts'
import type { Depth } from './types.ts'

/** A table that takes longer is not read, and that is said. */
const statementTimeoutMs = 300_000
const lockTimeoutMs = 100

export interface ObserveDatabaseOptions {
  readonly depth: Depth
  readonly schemas: readonly string[] | null
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Facts of a database that may be production: one session, one read-only transaction, no lock that it waits for. */
export async function observeDatabase(url: Secret, options: ObserveDatabaseOptions): Promise<Facts> {
  const { depth, schemas, progress, signal } = options
  progress.begin('observe')
  await using session = await openProduction(url, { signal })
  await beginReadOnly(session, { statementTimeoutMs, lockTimeoutMs })
  const facts = await observe(session, {
    source: 'live',
    schemas,
    rows: depth !== 'schema',
    fingerprint: depth === 'rows',
    signal,
    onTable: (done, total, name) => {
      if (done === 0) progress.begin('observe', total)
      progress.advance(done, name)
    },
  })
  await session.query('ROLLBACK')
  progress.end('observe', `${url.source}: ${facts.objects.length} objects, ${facts.tables.length} tables`)
  return facts
}
