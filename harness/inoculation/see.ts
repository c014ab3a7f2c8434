import { observeAccess, probeWritesWithin, type Viewer, type WriteProbe } from '../behaviour/index.ts'
import type { Finding } from '../compare/index.ts'
import type { SqlRunner } from '../core/index.ts'
import { identityOf, partsOfIdentity, reobserve, type AccessFacts, type Facts } from '../facts/index.ts'
import type { Look } from './types.ts'

/** How the rehearsal itself compares: the very functions that its checks are made of. */
export interface Eyes {
  readonly facts: (restored: Facts) => readonly Finding[]
  readonly access: (before: AccessFacts, after: AccessFacts) => readonly Finding[]
  readonly writes: (probe: WriteProbe) => readonly Finding[]
}

export interface Sight {
  readonly eyes: Eyes
  /** Of the copy before anything was broken. */
  readonly facts: Facts
  /** What is made of facts as they were read before they are compared. */
  readonly settled: (facts: Facts) => Facts
  readonly fingerprint: boolean
  readonly viewers: readonly Viewer[]
  /** Who sees what, to hold the broken copy against; null: look at the copy before it is broken. */
  readonly before: AccessFacts | null
  readonly isCutOff: boolean
  readonly signal?: AbortSignal
}

/* Of one statement, and of all that one break makes us read: far more than it takes, for a machine that is busy. */
const limits = { statementTimeoutMs: 60_000, deadlineMs: 120_000 } as const

/** Who saw what of one relation before it was broken; nothing where that is not asked. */
export async function lookBefore(sql: SqlRunner, look: Look, sight: Sight): Promise<AccessFacts | null> {
  if (look.by !== 'access') return null
  if (sight.before === null) return readAccess(sql, look, sight)
  const viewers = sight.before.viewers.filter(({ name }) => name === look.viewer)
  return {
    viewers: viewers.map((viewer) => ({
      ...viewer,
      sights: viewer.sights.filter(({ relation }) => relation === look.relation),
    })),
  }
}

/** Reads anew what a break touches, and compares it as the rehearsal does. */
export async function lookAfter(
  sql: SqlRunner,
  look: Look,
  before: AccessFacts | null,
  sight: Sight,
): Promise<readonly Finding[]> {
  const { eyes, facts, settled, fingerprint, signal } = sight
  switch (look.by) {
    case 'facts':
      return eyes.facts(
        settled(await reobserve(sql, facts, look.parts, { fingerprint, ...(signal ? { signal } : {}) })),
      )
    case 'access':
      return eyes.access(before ?? { viewers: [] }, await readAccess(sql, look, sight))
    case 'writes':
      return eyes.writes(await readWrites(sql, look, sight))
    default:
      throw new TypeError(`unhandled ${JSON.stringify(look satisfies never)}`)
  }
}

async function readAccess(
  sql: SqlRunner,
  { viewer, relation }: Extract<Look, { readonly by: 'access' }>,
  { viewers, facts, fingerprint, signal }: Sight,
): Promise<AccessFacts> {
  const one = viewers.filter(({ name }) => name === viewer)
  return observeAccess([sql], {
    ...limits,
    viewers: one,
    schemas: facts.schemas,
    relation,
    fingerprint,
    ...(signal ? { signal } : {}),
  })
}

async function readWrites(
  sql: SqlRunner,
  { relation }: Extract<Look, { readonly by: 'writes' }>,
  { facts, isCutOff, signal }: Sight,
): Promise<WriteProbe> {
  const sequences = facts.sequences.filter(({ schema, name }) => identityOf([schema, name]) === relation)
  // Of a sequence no table is written to: looking for those that could be costs more than the rest.
  const schemas = sequences.length > 0 ? [] : partsOfIdentity(relation).slice(0, 1)
  return probeWritesWithin(
    sql,
    { ...facts, schemas, sequences },
    { ...limits, viewers: [], isCutOff, relation, ...(signal ? { signal } : {}) },
  )
}
