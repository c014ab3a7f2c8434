/** What pg_regress says of one run. */
export interface SuiteResult {
  /** In the schedule, whether they were come to or not. */
  readonly tests: number
  readonly passed: number
  readonly failed: readonly string[]
  /** Of the tests, that must have passed. */
  readonly leastShare: number
  /** The commonest errors that the tests did not expect, each with how often. */
  readonly errors: readonly string[]
}

/**
 * Where many fail, the database holds little of what it is to be compared for. A healthy run of 15 fails in one of 217;
 * on a server of an older minor, what the newer mends fails too (17.10 by the tests of 17.11: 23 of 223).
 */
const leastShares = { sameMinor: 0.95, otherMinor: 0.85 } as const
const errorsTold = 5

export function isWhole({ tests, passed, leastShare }: SuiteResult): boolean {
  return passed >= leastShare * tests
}

/** `test name ... FAILED`; since 16 `not ok 12 + name`. */
export function readResult(schedule: string, printed: string, diffs: string, isSameMinor: boolean): SuiteResult {
  const tests = schedule.split('\n').flatMap((line) => /^test:(.*)/.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
  const lines = printed.split('\n')
  const failed = lines.flatMap(
    (line) => /^(?:test)? +(\S+) +\.\.\. FAILED|^not ok \d+ +[-+] (\S+)/.exec(line)?.slice(1).find(Boolean) ?? [],
  )
  const passed = lines.filter((line) => /\.\.\. ok |^ok \d+ /.test(line)).length
  if (passed === 0) throw new Error(`the suite did not run:\n${printed}`)
  const leastShare = isSameMinor ? leastShares.sameMinor : leastShares.otherMinor
  return { tests: tests.length, passed, failed, leastShare, errors: commonestErrors(diffs) }
}

function commonestErrors(diffs: string): readonly string[] {
  const counts = new Map<string, number>()
  for (const [, error = ''] of diffs.matchAll(/^\+.*?((?:ERROR|FATAL): .*)/gm)) {
    counts.set(error, (counts.get(error) ?? 0) + 1)
  }
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, errorsTold)
    .map(([error, count]) => `${count} × ${error}`)
}

export function describeSuite(result: SuiteResult): readonly string[] {
  const { tests, passed, failed, leastShare, errors } = result
  const told = `${passed} of ${tests} tests pass${failed.length === 0 ? '' : `, not ${failed.join(', ')}`}`
  return isWhole(result)
    ? [told]
    : [told, `too few of them to compare what they left: ${leastShare * 100} % should pass`, ...errors]
}
