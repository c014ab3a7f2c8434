import { join } from 'node:path'
import { asFault, fixedClock, type Clock } from '../../core/index.ts'
import {
  conclusive,
  outlookOf,
  readHistory,
  surveySets,
  type PruneRequest,
  type Survey,
  type SurveyedSet,
} from '../keep/index.ts'
import { verifySet, type SetFinding, type VerifyOptions } from '../protect/index.ts'
import { openSet } from '../open-set.ts'
import { chooseSets } from './choose-sets.ts'
import type { DayFacts, DaySet, Expiry, MigrationDay, Verification } from './types.ts'

export interface GatherRequest extends Omit<PruneRequest, 'clock'> {
  readonly clock: Clock
  readonly verify: Omit<VerifyOptions, 'isLatest'>
  /** Where the sets are, if the folder shows only what lies there. */
  readonly elsewhere?: Elsewhere | null
}

export interface Elsewhere {
  readonly place: string
  /** Brings a whole set, which is removed when it was read. */
  readonly bring: (name: string) => Promise<AsyncDisposable & { readonly root: string }>
}

/** What sets show; the rest of the facts others bring. */
export type SetFacts = Omit<DayFacts, 'signOffs' | 'platform'>

/** Looks at the folder, reads the chosen sets from end to end, and asks prune what would go. Changes no set. */
export async function gatherFacts(day: MigrationDay, request: GatherRequest): Promise<SetFacts> {
  const { folder, historyPath, clock, verify, elsewhere = null } = request
  const survey = await surveySets(folder, await readHistory(historyPath), clock)
  const chosen = chooseSets(
    survey.sets.map((one) => toDaySet(one, survey, elsewhere)),
    day,
    clock.now(),
  )
  const verified = new Map<string, Verification>()
  for (const [index, one] of survey.sets.entries()) {
    if (one.digest !== chosen.full?.digest && one.digest !== chosen.fresh?.digest) continue
    verified.set(one.digest, await readAgain(one, { ...verify, isLatest: index === 0 }, elsewhere))
  }
  return { chosen, verified, expiry: await expiryOf(day, request) }
}

/** What can't be read is not verified; an interrupt and a defect are thrown. */
async function readAgain(
  { set, name }: SurveyedSet,
  options: VerifyOptions,
  elsewhere: Elsewhere | null,
): Promise<Verification> {
  try {
    if (elsewhere === null) return verificationOf(await verifySet(set, options))
    await using brought = await elsewhere.bring(name)
    return verificationOf(await verifySet(await openSet(brought.root), options))
  } catch (thrown) {
    const { kind, code, message } = asFault(thrown)
    if (kind === 'backup') return { good: false, why: message }
    if (kind !== 'environment' || code === 'E_INTERRUPTED') throw thrown
    return { good: false, why: `not checked: ${message}` }
  }
}

async function expiryOf({ migrationAt, lastsMs }: MigrationDay, request: GatherRequest): Promise<Expiry> {
  const until = new Date(Math.max(migrationAt.getTime(), request.clock.now().getTime()) + lastsMs)
  const { plan } = await outlookOf({ ...request, clock: fixedClock(until) })
  const deleted = plan.sets.filter(({ fate }) => fate === 'deleted').map(({ set }) => set.name)
  return { until, deleted, unknown: plan.stop }
}

function toDaySet(one: SurveyedSet, { folder, isSingle }: Survey, elsewhere: Elsewhere | null): DaySet {
  const { set, name, digest, createdAt, label, problem } = one
  const { database, project } = set.manifest?.source ?? {}
  const kinds = new Set(set.files.map(({ kind }) => kind))
  const answer = conclusive(one)?.answer
  return {
    name,
    path: isSingle ? folder : join(folder, name),
    place: elsewhere?.place ?? null,
    digest,
    createdAt,
    source: JSON.stringify([project ?? null, database ?? null]),
    label,
    sealed: set.sealed,
    whole: kinds.has('full') || (kinds.has('schema') && kinds.has('data')),
    problem,
    answer: answer === 'GO' || answer === 'NO-GO' ? answer : null,
  }
}

/** Anything that differs, or could not be looked at, is not verified; nor is nothing at all. */
export function verificationOf(findings: readonly SetFinding[]): Verification {
  const bad = findings.find(({ status }) => status === 'differs') ?? findings.find(({ status }) => status !== 'same')
  if (bad) return { good: false, why: `${bad.status === 'differs' ? '' : 'not checked: '}${bad.message}` }
  return { good: findings.length > 0, why: `${findings.length} checks, all well` }
}
