import { formatDuration, scrubLine, type Clock } from '../../core/index.ts'
import { isFromFuture } from '../date-set.ts'
import type { RehearsalEntry } from './history-entry.ts'
import type { Survey, SurveyedSet } from './survey-sets.ts'

export interface SetStatus {
  readonly name: string
  readonly digest: string
  readonly label: string | null
  readonly createdAt: string | null
  readonly ageMs: number | null
  readonly bytes: number
  readonly problem: string | null
  readonly fromFuture: boolean
  readonly rehearsals: number
  readonly last: {
    readonly answer: RehearsalEntry['answer']
    readonly finishedAt: string
    readonly agoMs: number
    readonly reason: string
  } | null
}

/** How the backups of a folder stand. */
export interface StatusReport {
  readonly kind: 'backup-status'
  readonly version: 1
  readonly at: string
  readonly folder: string
  readonly answer: 'fresh' | 'stale'
  /** One line: why. */
  readonly why: string
  readonly maxAgeMs: number
  /** The latest rehearsal that called a set GO which is still there, whole, and the same. */
  readonly newestGo: { readonly set: string; readonly finishedAt: string; readonly agoMs: number } | null
  readonly sets: readonly SetStatus[]
  /** Worth a look, though not what the answer is about; a line each. */
  readonly notes: readonly string[]
}

/** What the latest rehearsal that came to an answer said: an UNDECIDED takes nothing back. */
export function conclusive({ rehearsals }: SurveyedSet): RehearsalEntry | null {
  return rehearsals.findLast(({ answer }) => answer !== 'UNDECIDED') ?? null
}

/**
 * Whether a backup that is there has been proven recently enough: `stale` when the latest rehearsal that said GO is
 * older than `maxAgeMs`, or there is none, so that a drill that never ran shows. A GO counts for its own set only, and
 * only while that is there, whole, and not judged otherwise since.
 */
export function judgeStatus(survey: Survey, maxAgeMs: number, clock: Clock): StatusReport {
  const now = clock.now()
  const agoMs = (at: string) => now.getTime() - Date.parse(at)
  const proofs = survey.sets.flatMap((one) => {
    const entry = conclusive(one)
    const counts = entry?.answer === 'GO' && one.problem === null && !isFromFuture(one.createdAt, now)
    return counts ? [{ set: one.name, finishedAt: entry.finishedAt, agoMs: agoMs(entry.finishedAt) }] : []
  })
  const newestGo = proofs.toSorted((a, b) => a.agoMs - b.agoMs)[0] ?? null
  const fresh = newestGo !== null && newestGo.agoMs <= maxAgeMs
  return {
    kind: 'backup-status',
    version: 1,
    at: now.toISOString(),
    folder: survey.folder,
    answer: fresh ? 'fresh' : 'stale',
    why: whyOf(survey, newestGo, maxAgeMs),
    maxAgeMs,
    newestGo,
    sets: survey.sets.map((one) => statusOf(one, now)),
    notes: notesOf(survey, newestGo !== null, now),
  }
}

function whyOf(survey: Survey, newestGo: StatusReport['newestGo'], maxAgeMs: number): string {
  if (survey.sets.length === 0) return 'there is no backup set in this folder'
  if (newestGo !== null) {
    const ago = formatDuration(Math.max(0, newestGo.agoMs))
    const limit = formatDuration(maxAgeMs)
    return newestGo.agoMs <= maxAgeMs
      ? `${scrubLine(newestGo.set)} was rehearsed ${ago} ago and is GO; at most ${limit} are allowed`
      : `the newest GO is ${ago} old (${scrubLine(newestGo.set)}); at most ${limit} are allowed: rehearse again`
  }
  const rehearsed = survey.sets.filter(({ rehearsals }) => rehearsals.length > 0)
  if (rehearsed.length === 0) return 'no rehearsal of any of these sets is on record'
  const last = rehearsed
    .flatMap(({ rehearsals }) => rehearsals)
    .toSorted(byEnd)
    .at(-1)
  return `no set that is here and whole is GO; the last rehearsal said ${last?.answer}: ${scrubLine(last?.reason ?? '', 200)}`
}

function notesOf(survey: Survey, isProven: boolean, now: Date): readonly string[] {
  const newest = survey.sets.find(({ createdAt }) => createdAt !== null && !isFromFuture(createdAt, now))
  const last = survey.sets
    .flatMap(({ rehearsals }) => rehearsals)
    .toSorted(byEnd)
    .at(-1)
  const notes: string[] = []
  if (isProven && last && last.answer !== 'GO') {
    notes.push(
      `the last rehearsal, of ${scrubLine(last.set.name)}, said ${last.answer}: ${scrubLine(last.reason, 200)}`,
    )
  }
  if (newest && newest.rehearsals.length === 0)
    notes.push(`the newest set, ${scrubLine(newest.name)}, was never rehearsed`)
  if (survey.fromFuture > 0) {
    notes.push(`${survey.fromFuture} rehearsals on record end later than now and were not counted: check the clock`)
  }
  for (const name of survey.foreign) notes.push(`${scrubLine(name)} belongs to no set`)
  return [...notes, ...survey.problems]
}

function statusOf(one: SurveyedSet, now: Date): SetStatus {
  const last = one.rehearsals.at(-1)
  return {
    name: scrubLine(one.name),
    digest: one.digest,
    label: one.label === null ? null : scrubLine(one.label),
    createdAt: one.createdAt?.toISOString() ?? null,
    ageMs: one.createdAt ? now.getTime() - one.createdAt.getTime() : null,
    bytes: one.bytes,
    problem: one.problem,
    fromFuture: isFromFuture(one.createdAt, now),
    rehearsals: one.rehearsals.length,
    last: last
      ? {
          answer: last.answer,
          finishedAt: last.finishedAt,
          agoMs: now.getTime() - Date.parse(last.finishedAt),
          reason: scrubLine(last.reason),
        }
      : null,
  }
}

function byEnd(a: RehearsalEntry, b: RehearsalEntry): number {
  return Date.parse(a.finishedAt) - Date.parse(b.finishedAt)
}
