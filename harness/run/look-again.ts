import { findViewers, listViewers, observeAccess, type AccessRequest } from '../behaviour/index.ts'
import type { SqlRunner } from '../core/index.ts'
import type { AccessFacts } from '../facts/index.ts'

export interface LookOptions {
  readonly schemas: readonly string[]
  readonly fingerprint: boolean
  readonly request: AccessRequest
  /** Who looked at the other side; null: nobody did yet. */
  readonly before: AccessFacts | null
  /** It is no copy. */
  readonly isSource?: boolean
  readonly signal: AbortSignal
}

/** Of one SELECT and of all: little is asked of what may be production. */
const limits = { statementTimeoutMs: 15_000, deadlineMs: 180_000 } as const

/** Who sees what, in the transactions that are open: as those who looked at the other side, else as the first users. */
export async function lookAgain(sessions: readonly SqlRunner[], options: LookOptions): Promise<AccessFacts> {
  const { before, request, schemas, fingerprint, isSource = false, signal } = options
  const [first] = sessions
  if (!first) throw new TypeError('one session at least')
  const viewers = before ? await findViewers(first, before, request.roles) : await listViewers(first, request)
  return observeAccess(sessions, { ...limits, viewers, schemas, fingerprint, isSource, signal })
}
