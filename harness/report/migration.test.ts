import { describe, expect, it } from 'vitest'
import { exitCodeOfRecord } from './answer-of-all.ts'
import { readRecord, renderJson } from './render-json.ts'
import { renderBackupLog } from './render-backup-log.ts'
import { renderHtml } from './render-html.ts'
import { renderJunit } from './render-junit.ts'
import { renderMarkdownSummary } from './render-markdown-summary.ts'
import { renderTerminal } from './render-terminal.ts'
import { sampleFailedMigration, sampleMigration } from './testing/sample-migration.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'
import type { RehearsalRecord } from './types.ts'

const plain = { color: false, width: 100 }
const through: RehearsalRecord = { ...sampleGo(), migration: sampleMigration() }
const failed: RehearsalRecord = { ...sampleGo(), migration: sampleFailedMigration() }

it.each([
  [sampleGo(), 'GO', 0],
  [sampleGo(), 'UNDECIDED', 2],
  [sampleGo(), 'NO-GO', 1],
  [sampleUndecided(), 'GO', 2],
  [sampleUndecided(), 'NO-GO', 1],
  [sampleNoGo(), 'GO', 1],
  [sampleNoGo(), 'UNDECIDED', 1],
] as const)('the exit code is the graver of two answers (%#)', (record, answer, code) => {
  expect(exitCodeOfRecord({ ...record, migration: { ...sampleMigration(), answer } })).toBe(code)
  expect(exitCodeOfRecord({ ...record, migration: null })).toBe(record.verdict.exitCode)
})

describe('a migration that went through', () => {
  it('is told at the terminal with what it lost and locked, after the backup', () => {
    const text = renderTerminal(through, plain)
    expect(text).toMatch(/^ {3}GO {3}edupath: [^]*\n {3}GO {3}Migration: it went through in 2\.6 s/)
    expect(text).toContain('lost: column public.users.phone is gone, with 40 values')
    expect(text).toContain('locked: ACCESS EXCLUSIVE on public.users for about 2.1 s: no reads or writes meanwhile')
    expect(text).not.toContain('migrations applied')
  })

  it('has a section on the page, with its diffs, and passes in CI', () => {
    const page = renderHtml(through)
    expect(page).toContain('<h2 id="migration">')
    expect(page).toContain('<title>GO (migration GO): ')
    expect(page).toContain('column public.events.total')
    expect(renderJunit(through)).toMatch(/<testsuite name="migration" tests="1" failures="0" errors="0"/)
    expect(renderMarkdownSummary(through)).toContain('### ✅ Migration: GO')
  })

  it('is a line in the backup log', () => {
    expect(renderBackupLog(through)).toMatch(
      /## Notes\n\n- Rehearsed migration: \*\*GO\*\*, it went through in 2\.6 s: .*\n/,
    )
    expect(renderBackupLog(failed)).toMatch(/- Rehearsed migration: \*\*NO-GO\*\*, it failed with exit code 1/)
    expect(renderBackupLog(sampleGo())).not.toContain('Rehearsed migration')
  })

  it('is read back from verdict.json', () => {
    expect(readRecord(renderJson(through))).toEqual(through)
  })
})

describe('a migration that failed', () => {
  it('is NO-GO beside the backup’s GO wherever one looks, with the end of its output', () => {
    const terminal = renderTerminal(failed, plain)
    expect(terminal).toMatch(/^ {3}GO {3}edupath: [^]*\n {3}NO-GO {3}Migration: it failed with exit code 1/)
    expect(terminal).toContain('migration 0007 failed')
    const page = renderHtml(failed)
    expect(page).toMatch(/<header>[^]*NO-GO<\/span>, it failed with exit code 1[^]*<\/header>/)
    expect(page).toContain('migration 0007 failed')
    const junit = renderJunit(failed)
    expect(junit).toMatch(/<testsuite name="migration" tests="1" failures="1"/)
    expect(junit).toContain('migration 0007 failed')
    const summary = renderMarkdownSummary(failed)
    expect(summary).toContain('### ❌ Migration: NO-GO')
    expect(summary).toContain('migration 0007 failed')
  })
})

it('no migration, no word of it', () => {
  for (const text of [renderTerminal(sampleGo(), plain), renderMarkdownSummary(sampleGo()), renderJunit(sampleGo())]) {
    expect(text).not.toMatch(/migration:|name="migration"/i)
  }
  expect(renderHtml(sampleGo())).not.toContain('id="migration"')
})
