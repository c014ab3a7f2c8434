import type { AccessRequest } from '../../behaviour/index.ts'
import { observeTogether, type AccessFacts, type Facts } from '../../facts/index.ts'
import type { Session } from '../../postgres/index.ts'
import type { Progress, Secret } from '../../core/index.ts'
import { lookAgain } from '../look-again.ts'
import { openTogether } from '../open-together.ts'
import type { Depth } from './types.ts'

export interface ObserveDatabaseOptions {
  readonly depth: Depth
  readonly schemas: readonly string[] | null
  /** Who looks at it; not asked where rows are not read. */
  readonly access: AccessRequest
  /** Who looked at another database, to look at this one too. */
  readonly before?: AccessFacts | null
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** A database that was observed. Until it is disposed, its session reads in the snapshot of the facts. */
export interface ObservedDatabase extends AsyncDisposable {
  readonly facts: Facts
  readonly session: Session
}

/** Facts of a database that may be production: two sessions at most, read-only, one snapshot, no lock that they wait for. */
export async function observeDatabase(url: Secret, options: ObserveDatabaseOptions): Promise<Facts> {
  await using observed = await holdDatabase(url, options)
  return observed.facts
}

export async function holdDatabase(url: Secret, options: ObserveDatabaseOptions): Promise<ObservedDatabase> {
  const { depth, schemas, access: request, before = null, progress, signal } = options
  progress.begin('observe')
  await using opened = new AsyncDisposableStack()
  const sessions = await openTogether(url, opened, signal)
  const [session] = sessions
  if (!session) throw new TypeError('one session at least')
  const facts = await observeTogether(sessions, {
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
  const look = { before, request, schemas: facts.schemas, fingerprint: depth === 'rows', isSource: true, signal }
  const access = depth === 'schema' ? null : await lookAgain(sessions, look)
  progress.end('observe', `${url.source}: ${facts.objects.length} objects, ${facts.tables.length} tables`)
  const held = opened.move()
  return {
    facts: { ...facts, ...(access && { access }) },
    session,
    // Closing a session ends its transaction; nothing was written in it.
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}
