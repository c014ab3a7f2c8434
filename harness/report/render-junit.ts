import { scrubLine } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import { isWaived, type CheckOutcome } from '../verdict/index.ts'
import { markup, type Markup } from './markup.ts'
import { changeLists } from './migration-digest.ts'
import { isCountedSpec, reasonText } from './record-digest.ts'
import type { MigrationReport, RehearsalRecord, SpecRecord } from './types.ts'

interface Case {
  readonly name: string
  readonly seconds: number
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped'
  readonly message: string
  readonly details: string
}

/**
 * JUnit XML for a CI's test view: one suite a check, one test case a finding. Differs is a failure, a required check
 * that was not checked an error, so that the view is red exactly when the answer is not GO. Notices and waived
 * findings pass, with their text as output.
 */
export function renderJunit(record: RehearsalRecord): string {
  const suites = [
    suite('verdict', [answerCase(record)]),
    ...record.verdict.checks
      .filter(({ check }) => !check.startsWith('spec:'))
      .map((check) => checkSuite(record, check)),
    ...(record.migration === null ? [] : [suite('migration', [migrationCase(record.migration)])]),
    ...[...Map.groupBy(record.specs, ({ file }) => file)].map(([file, specs]) =>
      suite(
        `specs ${file}`,
        specs.map((spec) => specCase(spec, isCountedSpec(record, spec))),
      ),
    ),
  ]
  const all = suites.flatMap(({ cases }) => cases)
  const seconds = (record.durationMs / 1000).toFixed(3)
  const page = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rehearse ${scrubLine(record.project)}" ${counts(all)} time="${seconds}" timestamp="${record.startedAt}">
${suites.map(({ xml }) => xml)}</testsuites>
`
  return page.text
}

function suite(name: string, cases: readonly Case[]): { readonly cases: readonly Case[]; readonly xml: Markup } {
  const label = scrubLine(name)
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0).toFixed(3)
  const xml = markup`  <testsuite name="${label}" ${counts(cases)} time="${seconds}">
${cases.map((each) => caseXml(label, each))}  </testsuite>
`
  return { cases, xml }
}

function caseXml(suiteName: string, { name, seconds, outcome, message, details }: Case): Markup {
  const inside = {
    passed: details === '' ? null : markup`<system-out>${details}</system-out>`,
    failed: markup`<failure message="${message}" type="differs">${details}</failure>`,
    error: markup`<error message="${message}" type="not-checked">${details}</error>`,
    skipped: markup`<skipped message="${message}"/>`,
  }[outcome]
  const attributes = markup`classname="${suiteName}" name="${scrubLine(name)}" time="${seconds.toFixed(3)}"`
  if (inside === null) return markup`    <testcase ${attributes}/>\n`
  return markup`    <testcase ${attributes}>${inside}</testcase>\n`
}

function counts(cases: readonly Case[]): Markup {
  const of = (outcome: Case['outcome']): number => cases.filter((each) => each.outcome === outcome).length
  return markup`tests="${cases.length}" failures="${of('failed')}" errors="${of('error')}" skipped="${of('skipped')}"`
}

function answerCase({ verdict }: RehearsalRecord): Case {
  const lines = verdict.reasons.map((reason) => `- ${scrubLine(reasonText(reason))}`).join('\n')
  const outcome = { GO: 'passed', 'NO-GO': 'failed', UNDECIDED: 'error' } as const
  return { name: 'answer', seconds: 0, outcome: outcome[verdict.answer], message: verdict.answer, details: lines }
}

function migrationCase(migration: MigrationReport): Case {
  const { answer, reason, remedy, run } = migration
  const lines = [
    reason,
    ...(remedy === null ? [] : [`to do: ${remedy}`]),
    ...changeLists(migration).flatMap(([title, texts]) => texts.map((text) => `${title.toLowerCase()}: ${text}`)),
    ...(answer === 'GO' ? [] : (run?.lastLines ?? []).map((line) => `output: ${line}`)),
  ]
  const outcome = { GO: 'passed', 'NO-GO': 'failed', UNDECIDED: 'error' } as const
  const details = lines.map((line) => scrubLine(line)).join('\n')
  const seconds = (run?.durationMs ?? 0) / 1000
  return { name: migration.command, seconds, outcome: outcome[answer], message: scrubLine(reason), details }
}

function checkSuite(record: RehearsalRecord, { check, required, status }: CheckOutcome): ReturnType<typeof suite> {
  const findings = record.findings.filter((finding) => finding.check === check)
  const cases = findings.map((finding) => findingCase(finding, required, isWaived(finding, record.verdict.waivers)))
  const decisive = cases.some(({ outcome }) => outcome === 'failed' || outcome === 'error')
  if (required && status === 'not-checked' && !decisive) {
    const message = 'a required check that nobody reported'
    cases.push({ name: check, seconds: 0, outcome: 'error', message, details: message })
  }
  return suite(check, cases)
}

function findingCase(finding: Finding, required: boolean, waived: boolean): Case {
  const { check, object, expected, actual, remedy, gravity } = finding
  const message = scrubLine(finding.message)
  const lines = [
    message,
    ...(gravity === undefined ? [] : [`gravity: ${gravity}`]),
    ...(expected === null ? [] : [`expected: ${scrubLine(expected)}`]),
    ...(actual === null ? [] : [`found: ${scrubLine(actual)}`]),
    ...(remedy === null ? [] : [`to do: ${scrubLine(remedy)}`]),
  ]
  const base = { name: object ?? check, seconds: 0, message, details: lines.join('\n') }
  if (finding.notice) return { ...base, outcome: 'passed', details: `notice: ${base.details}` }
  if (waived) return { ...base, outcome: 'passed', details: `waived: ${base.details}` }
  switch (finding.status) {
    case 'same':
      return { ...base, outcome: 'passed', details: '' }
    case 'differs':
      return { ...base, outcome: 'failed' }
    case 'not-checked':
      return { ...base, outcome: required ? 'error' : 'skipped' }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(finding.status satisfies never)}`)
  }
}

/** A test that only repeats an open check of the run is not one more red. */
function specCase({ title, state, durationMs, message }: SpecRecord, counted: boolean): Case {
  const outcome = { passed: 'passed', failed: 'failed', skipped: 'error', 'not-run': 'error' } as const
  const text = scrubLine(message ?? (state === 'passed' ? '' : state))
  const base = { name: title, seconds: durationMs / 1000, message: text, details: text }
  return { ...base, outcome: counted || state === 'passed' ? outcome[state] : 'skipped' }
}
