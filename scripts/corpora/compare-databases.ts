import { compareFacts, type CompareOptions, type Finding } from '../../harness/compare/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { observe, reparseDifferences, type Facts } from '../../harness/facts/index.ts'

export interface Place {
  readonly server: DisposableServer
  readonly database: string
}

/** A database that was observed, and that nobody has changed since. */
export interface Source extends Place {
  readonly facts: Facts
}

export async function observeAt({ server, database }: Place): Promise<Facts> {
  await using session = await server.connect(database)
  return await observe(session, { source: 'restored', fingerprint: true })
}

/** Every check's answer on a copy of what the baseline tells of. */
export async function findingsAt(
  baseline: Facts,
  restored: Facts,
  place: Place,
  loaded?: CompareOptions['loaded'],
): Promise<readonly Finding[]> {
  await using session = await place.server.connect(place.database)
  return compareFacts({
    baseline: await reparseDifferences(session, baseline, restored),
    restored,
    baselineKind: 'dump-snapshot',
    ...(loaded && { loaded }),
  })
}

/**
 * What is not the same, notices left out: a rehearsal with these would not be GO. (A database without tables never is:
 * there are no rows to check.)
 */
export async function compareWith(
  baseline: Facts,
  restored: Facts,
  place: Place,
  loaded?: CompareOptions['loaded'],
): Promise<readonly Finding[]> {
  const hasTables = baseline.tables.length > 0
  const isRed = (status: Finding['status']): boolean => status === 'differs' || (status === 'not-checked' && hasTables)
  const findings = await findingsAt(baseline, restored, place, loaded)
  return findings.filter(({ status, notice }) => isRed(status) && !notice)
}

export function describeFinding({ check, object, message }: Finding): string {
  return `${check}: ${object === null ? '' : `${object}: `}${message}`
}
