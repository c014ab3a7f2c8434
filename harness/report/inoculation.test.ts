import { expect, test } from 'vitest'
import { neverBroken } from './record-digest.ts'
import { renderBackupLog } from './render-backup-log.ts'
import { renderHtml } from './render-html.ts'
import { renderTerminal } from './render-terminal.ts'
import { sampleGo } from './testing/sample-go.ts'
import type { RehearsalRecord } from './types.ts'

const sample = sampleGo()
const blind: RehearsalRecord = {
  ...sample,
  inoculation: sample.inoculation && {
    ...sample.inoculation,
    breaks: sample.inoculation.breaks.map((one, index) => (index === 0 ? { ...one, seen: false, message: null } : one)),
  },
}
const left: RehearsalRecord = {
  ...sample,
  inoculation: null,
  notCovered: [...sample.notCovered, { what: neverBroken, why: 'config says `inoculate: false`' }],
}
const all = (record: RehearsalRecord): readonly string[] => [
  renderTerminal(record, { color: false, width: 110 }),
  renderBackupLog(record),
]

test('terminal and backup log say what came of breaking the copy, with the seed', () => {
  for (const text of all(sample))
    expect(text).toContain('2 ways to break the copy on purpose: each was seen (seed 27182')
  for (const text of all(blind)) expect(text).toContain('2 ways to break the copy on purpose: 1 not seen')
})

test('the page lists each break with the check that saw it, or did not', () => {
  expect(renderHtml(sample)).toContain('Would a bad backup have been seen?')
  expect(renderHtml(sample)).toContain('2 of 2 breaks seen')
  expect(renderHtml(blind)).toContain('? not seen')
  expect(renderHtml(left)).toContain('The copy was not broken on purpose')
})

test('where it was left out, every report says so', () => {
  for (const text of all(left)) expect(text).toContain('the copy was not broken on purpose, by choice')
})
