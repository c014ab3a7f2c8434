import { describe, expect, test } from 'vitest'
import { renderBackupLog } from './render-backup-log.ts'
import { renderHtml } from './render-html.ts'
import { renderJson } from './render-json.ts'
import { renderJunit } from './render-junit.ts'
import { renderMarkdownSummary } from './render-markdown-summary.ts'
import { renderTerminal } from './render-terminal.ts'
import { hostileNames, sampleHostile } from './testing/sample-hostile.ts'
import type { RehearsalRecord } from './types.ts'

/** Tags as a browser or an XML parser would see them. */
const tagsOf = (page: string): string[] => page.match(/<[^>]*>/g) ?? []
const namesOf = (page: string): string[] => tagsOf(page).map((tag) => /^<[/!?]?[\w-]*/.exec(tag)?.[0] ?? tag)
/** A name with line breaks makes more lines of a diff: those are only spans. */
const withoutDiffs = (page: string): string =>
  page.replace(/<pre class="diff">(?:<span class="(?:hunk|minus|plus|both)">[^<>]*<\/span>)*<\/pre>/g, '')
/** The page of a harmless text of the same shape: markup may not depend on what the texts are. */
const shapeOf = (render: (record: RehearsalRecord) => string, text: string): string[] =>
  namesOf(withoutDiffs(render(sampleHostile(text))))
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

describe.each(hostileNames)('a name like %j', (name) => {
  const record = sampleHostile(name)

  test('is only text in HTML', () => {
    const page = renderHtml(record)
    expect(shapeOf(renderHtml, name)).toEqual(shapeOf(renderHtml, 'plain'))
    expect(page).not.toMatch(controls)
    const attributes = tagsOf(page).filter((tag) => /\son\w+=|javascript:|\ssrc=/i.test(tag.replace(/"[^"]*"/g, '""')))
    expect(attributes).toEqual([])
  })

  test('is only text in JUnit XML', () => {
    const page = renderJunit(record)
    expect(shapeOf(renderJunit, name)).toEqual(shapeOf(renderJunit, 'plain'))
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/)
    expect(page.isWellFormed()).toBe(true)
  })

  test.each([
    ['the backup log', renderBackupLog],
    ['the job summary', renderMarkdownSummary],
  ])('is only text in %s', (_, render) => {
    const page = render(record)
    const bare = page.replace(/`[^`\n]*`/g, '').replace(/<br>/g, '')
    expect(bare).not.toMatch(/<|(?<!\\)\]\(|https?:\/\/|(?<!\\)www\.|(?<!\\)`/)
    expect(page).not.toMatch(controls)
    // As many lines, headings and table cells as with a harmless name: nothing broke out of its place.
    const plain = render(sampleHostile('plain'))
    const shape = (text: string): unknown[] =>
      text.split('\n').map((line) => [/^(#+ |- |\|)/.exec(line)?.[0] ?? '', cellsOf(line)])
    expect(shape(page)).toEqual(shape(plain))
  })

  test('is only text in a terminal and in a CI log', () => {
    for (const color of [true, false]) {
      const text = renderTerminal(record, { color, width: 80, evidence: name }).replace(/\u001b\[[\d;]*m/g, '')
      expect(text).not.toMatch(controls)
      expect(text.split('\n').filter((line) => /^\s*::|##(vso)?\[/.test(line))).toEqual([])
    }
  })

  test('is only text in JSON', () => {
    expect(() => JSON.parse(renderJson(record)) as unknown).not.toThrow()
    expect(renderJson(record)).not.toMatch(controls)
  })
})

function cellsOf(line: string): number {
  return line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0
}

test('the page neither loads nor runs anything', () => {
  const page = renderHtml(sampleHostile('plain'))
  expect(page).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
  )
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/i)
})
