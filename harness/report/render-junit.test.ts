import { describe, expect, test } from 'vitest'
import { renderJunit } from './render-junit.ts'
import { sampleFinding } from './testing/sample-findings.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'

const count = (page: string, pattern: RegExp): number => page.match(pattern)?.length ?? 0

describe.each([
  ['GO', sampleGo(), false],
  ['NO-GO', sampleNoGo(), true],
  ['UNDECIDED', sampleUndecided(), true],
] as const)('%s as JUnit XML', (answer, record, red) => {
  const page = renderJunit(record)

  test('is red exactly when the answer is not GO', () => {
    expect(count(page, /<(failure|error) /g) > 0).toBe(red)
    expect(count(page, /<failure /g) > 0).toBe(answer === 'NO-GO')
  })

  test('has a suite a check and one a spec file, with right totals', () => {
    const names = [...page.matchAll(/<testsuite name="([^"]*)"/g)].map((match) => match[1])
    const checks = record.verdict.checks.map(({ check }) => check).filter((check) => !check.startsWith('spec:'))
    expect(names).toEqual(['verdict', ...checks, 'specs specs/logins.spec.ts', 'specs specs/forum.spec.ts'])
    const totals = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(page)?.slice(1).map(Number)
    expect(totals).toEqual([/<testcase /g, /<failure /g, /<error /g].map((pattern) => count(page, pattern)))
  })

  test('is the same for the same record', () => {
    expect(renderJunit(record)).toBe(page)
  })
})

test('a required check that nobody reported is an error', () => {
  expect(renderJunit(sampleUndecided())).toContain(
    '<testcase classname="schema" name="schema" time="0.000"><error message="a required check that nobody reported"',
  )
})

test('a notice and a waived finding pass, and are not silent', () => {
  expect(renderJunit(sampleGo())).toContain('<system-out>notice: schema &#34;public&#34; already exists')
  expect(renderJunit(sampleNoGo())).toContain('<system-out>waived: public.login_attempts: rows are not the same')
})

test('what was not checked and not required is skipped', () => {
  const record = sampleGo()
  const open = sampleFinding('recovery time', 'not-checked', { message: 'own loader' })
  const checks = [
    ...record.verdict.checks,
    { check: 'recovery time', required: false, status: 'not-checked', findings: 1, summary: '' } as const,
  ]
  const page = renderJunit({ ...record, findings: [...record.findings, open], verdict: { ...record.verdict, checks } })
  expect(page).toContain('<skipped message="own loader"/>')
})

test('a test that only repeats an open check is not one more red', () => {
  const record = sampleGo()
  const mirror = {
    file: 'specs/logins.spec.ts',
    title: 'recovers in time',
    state: 'not-run',
    durationMs: 0,
    message: null,
  } as const
  const page = renderJunit({ ...record, specs: [...record.specs, mirror] })
  expect(page).toContain('<skipped message="not-run"/>')
  expect(page).not.toMatch(/<(failure|error) /)
})
