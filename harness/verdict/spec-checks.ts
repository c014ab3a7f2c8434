import type { CheckId, Finding } from '../compare/index.ts'
import type { PlannedCheck, SpecName, SpecOutcome } from './types.ts'

/** Planned when specs were to run and none was collected. Nothing ever answers it, so it can't end in GO. */
export const noSpecCollected: PlannedCheck = { check: 'spec:(none collected)', because: 'specs were to run' }

/** `spec:<file> > <title>`, the name of a test in the plan and in findings. */
export function specCheck({ file, title }: SpecName): CheckId {
  return `spec:${file} > ${title}`
}

/** The plan with every collected test in it. An empty list leaves a check in it that can't be met: zero tests, no GO. */
export function addSpecChecks(plan: readonly PlannedCheck[], specs: readonly SpecName[]): PlannedCheck[] {
  if (specs.length === 0) return [...plan, noSpecCollected]
  const checks = new Set(plan.map(({ check }) => check))
  const added: PlannedCheck[] = []
  for (const spec of specs) {
    const check = specCheck(spec)
    if (checks.has(check)) continue
    checks.add(check)
    added.push({ check, because: 'a collected test must pass' })
  }
  return [...plan, ...added]
}

/** A test's end as a finding: only `passed` is `same`. */
export function specFinding(spec: SpecOutcome): Finding {
  const base = { check: specCheck(spec), object: spec.title, notice: false, expected: null, actual: null }
  switch (spec.state) {
    case 'passed':
      return { ...base, status: 'same', message: 'passed', remedy: null, attribution: null }
    case 'failed':
      return { ...base, status: 'differs', message: spec.message ?? 'failed', remedy: null, attribution: null }
    case 'skipped':
    case 'not-run':
      return {
        ...base,
        status: 'not-checked',
        message: spec.message ?? (spec.state === 'skipped' ? 'skipped' : 'collected, but never ran'),
        remedy: 'let every collected test run: no .only, no .skip, no exit inside a spec',
        attribution: null,
      }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(spec.state satisfies never)}`)
  }
}
