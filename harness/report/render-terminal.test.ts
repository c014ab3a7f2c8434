import { describe, expect, test } from 'vitest'
import type { Finding } from '../compare/index.ts'
import { formatCount } from './record-digest.ts'
import { renderHtml } from './render-html.ts'
import { renderMarkdownSummary } from './render-markdown-summary.ts'
import { columns } from './terminal-text.ts'
import { renderTerminal } from './render-terminal.ts'
import { sampleFinding } from './testing/sample-findings.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'

const plain = { color: false, width: 100, evidence: '.rehearsal/a/report.html' }

describe.each([
  ['GO', sampleGo()],
  ['NO-GO', sampleNoGo()],
  ['UNDECIDED', sampleUndecided()],
] as const)('%s in a terminal', (answer, record) => {
  const text = renderTerminal(record, plain)
  const lines = text.split('\n')

  test('says the answer in its first line', () => {
    expect(lines[0]).toMatch(new RegExp(`^ {3}${answer} {3}edupath: `))
  })

  test('names the backup, the engine, what was compared, what was not, and where the evidence lies', () => {
    const labels = lines
      .map((line) => /^ {2}([A-Z][a-z ]+?) {2,}|^ {2}(Not checked) /.exec(line))
      .filter((match) => match !== null)
    expect(labels.map((match) => match[1] ?? match[2])).toEqual([
      'Backup',
      'Engine',
      'Compared',
      'Proof',
      'Time',
      'Not checked',
      'Evidence',
    ])
    expect(text).toContain('.rehearsal/a/report.html')
    expect(text).toContain('pre-migration-baseline-2026-03-10, 2 h 13 min old, 42.0 MB in 4 files')
  })

  test('is short', () => {
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(lines.filter((line) => /\bat .*:\d+:\d+|Error:/.test(line))).toEqual([])
  })

  test.each([40, 60, 80, 200])('fits %d columns', (width) => {
    const wide = renderTerminal(record, { ...plain, width })
      .split('\n')
      .filter((line) => columns(line) > width)
    expect(wide).toEqual([])
  })

  test('has escape codes only when colour is wanted, and says the same without', () => {
    expect(text).not.toContain('\u001b')
    const coloured = renderTerminal(record, { ...plain, color: true })
    expect(coloured).toContain(`m ${answer} \u001b[0m`)
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(text)
  })
})

test('production that was named and did not answer is not said to be one that nobody named', () => {
  const record = {
    ...sampleGo(),
    baseline: { source: 'none', takenAt: null, serverVersion: null, databaseBytes: null },
  } as const
  expect(renderTerminal(record, plain)).toContain('with nothing: no production was given')
  const finding = sampleFinding('baseline', 'not-checked', { object: 'env:DATABASE_URL', message: 'no answer' })
  const text = renderTerminal({ ...record, findings: [...record.findings, finding] }, plain)
  expect(text).toContain('with nothing: env:DATABASE_URL could not be read')
})

test.each([
  ['dump-snapshot', 1],
  ['live', 0],
] as const)('rows that were only counted by choice are named in one line: %s', (source, times) => {
  const record = sampleGo()
  const message = 'the content of rows was not compared, by choice (depth: counts): only their number was'
  const left: Finding = {
    check: 'row content',
    status: 'not-checked',
    object: null,
    notice: true,
    message,
    remedy: 'leave depth out',
    expected: null,
    actual: null,
    attribution: null,
  }
  const findings = [...record.findings.filter(({ check }) => check !== 'row content'), left]
  const text = renderTerminal({ ...record, baseline: { ...record.baseline, source }, findings }, plain)
  expect(text.split('\n').filter((line) => line === `  Left out    ${message}`)).toHaveLength(times)
  expect(renderTerminal(record, plain)).not.toContain('Left out')
})

test('a NO-GO says what to do under each reason; a GO has nothing to do', () => {
  expect(renderTerminal(sampleNoGo(), plain).match(/^ {4}→ /gm)).toHaveLength(4)
  expect(renderTerminal(sampleGo(), plain)).not.toContain('→')
})

test('of tables that the platform holds, and nobody compared, neither number nor rows are claimed', () => {
  const record = sampleGo()
  const [first, ...rest] = record.tables
  if (!first) throw new TypeError('the sample has tables')
  const left = { ...first, dumped: null, restored: null, counts: 'not-checked', content: 'not-checked' } as const
  const tables = [left, ...rest]
  const rows = (of: typeof record.tables): string =>
    formatCount(of.reduce((sum, one) => sum + BigInt(one.restored ?? 0), 0n))
  const text = renderTerminal({ ...record, tables }, plain)
  expect(text).toContain(`${rest.length} of ${tables.length} tables, ${rows(rest)} rows, with`)
  expect(renderTerminal(record, plain)).toContain(`  ${tables.length} tables, ${rows(record.tables)} rows, with`)
  expect(renderMarkdownSummary({ ...record, tables })).toContain(`${rest.length} of ${tables.length} tables`)
  expect(renderHtml({ ...record, tables })).toContain(`<dt>Tables</dt><dd>${rest.length}<small>in the restored copy`)
})
