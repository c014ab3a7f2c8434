import type { CheckId } from '../compare/index.ts'
import type { PlannedCheck, Situation } from './types.ts'

interface PlanRow {
  readonly check: Exclude<CheckId, `spec:${string}`>
  /** Why the check is required in this situation, or null where it is not. */
  readonly because: (situation: Situation) => string | null
}

const always = (because: string) => (): string => because
const when = (holds: (situation: Situation) => boolean, because: string | ((situation: Situation) => string)) => {
  return (situation: Situation): string | null => {
    if (!holds(situation)) return null
    return typeof because === 'string' ? because : because(situation)
  }
}

/** With nothing to compare with, parity stays required (and cannot be met) unless config gave it up. */
const comparesWithProduction = (situation: Situation): boolean =>
  situation.baseline !== 'none' || situation.parity === 'required'

const baselineName = ({ baseline }: Situation): string => {
  if (baseline === 'dump-snapshot') return "baseline recorded in the dump's snapshot"
  return baseline === 'live' ? 'live production given' : 'parity with production is required'
}

/** Which checks must report, one row a check. */
export const planTable: readonly PlanRow[] = [
  { check: 'artefacts', because: always('the files must be the ones that were written') },
  { check: 'completeness', because: always('a dump that was cut short is no backup') },
  { check: 'content kind', because: ({ expect }) => `the backup is expected to hold: ${expect}` },
  { check: 'engine', because: always('the engine must hold everything the dump needs') },
  { check: 'restore', because: always('a backup that does not restore is no backup') },
  { check: 'baseline', because: when(comparesWithProduction, baselineName) },
  { check: 'tables', because: when(({ expectedTables }) => expectedTables, 'config names expected tables') },
  { check: 'schema', because: when((s) => s.expect !== 'data' && comparesWithProduction(s), baselineName) },
  { check: 'row counts', because: when((s) => s.expect !== 'schema' && comparesWithProduction(s), baselineName) },
  {
    check: 'row content',
    because: when(
      (s) => s.depth !== 'counts' && s.expect !== 'schema' && s.baseline !== 'live' && comparesWithProduction(s),
      baselineName,
    ),
  },
  {
    check: 'sequences',
    because: when(
      ({ expect }) => expect === 'full' || expect === 'data',
      'a sequence behind its column breaks the first insert',
    ),
  },
  { check: 'access', because: when((s) => s.access && s.expect === 'full', 'it is known who sees what in production') },
  {
    check: 'writes',
    because: when(({ expect }) => expect === 'full', 'a database that can not be written to is no recovery'),
  },
  { check: 'storage', because: when(({ storage }) => storage === true, 'the set brings files of Storage') },
  {
    check: 'inoculation',
    because: when(({ inoculate }) => inoculate === true, 'a check that could not have gone red proves nothing'),
  },
  { check: 'queries', because: when(({ queries }) => queries, 'config names queries') },
  { check: 'age', because: when(({ rpo }) => rpo, 'config says how old a backup may be') },
  { check: 'size', because: when(({ sizes }) => sizes, 'config says how big a backup must be') },
  { check: 'recovery time', because: when(({ rto }) => rto, 'config says how long a recovery may take') },
]

/**
 * The checks that must report, fixed before anything runs. A planned check that nobody answers is UNDECIDED, so every
 * one of them needs a finding, `same` included. Tests of specs are added by {@link addSpecChecks} once collected.
 */
export function planChecks(situation: Situation): PlannedCheck[] {
  return planTable.flatMap(({ check, because }) => {
    const reason = because(situation)
    return reason === null ? [] : [{ check, because: reason }]
  })
}
