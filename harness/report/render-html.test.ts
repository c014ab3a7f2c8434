import { describe, expect, test } from 'vitest'
import { renderHtml } from './render-html.ts'
import { renderMarkdownSummary } from './render-markdown-summary.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'
import type { RehearsalRecord } from './types.ts'

const sectionsOf = (page: string): string[] => [...page.matchAll(/<h2 id="([\w-]+)">/g)].map((match) => match[1] ?? '')
const sectionOf = (page: string, id: string): string =>
  page.split(`<section aria-labelledby="${id}">`)[1]?.split('</section>')[0] ?? ''

describe.each([
  ['GO', sampleGo()],
  ['NO-GO', sampleNoGo()],
  ['UNDECIDED', sampleUndecided()],
] as const)('the page of a %s', (answer, record) => {
  const page = renderHtml(record)

  test('says the answer first, then why', () => {
    expect(page).toContain(`<body class="${answer.toLowerCase()}">`)
    expect(page.indexOf('<span class="answer">')).toBeLessThan(page.indexOf('<ul class="reasons">'))
    expect(page.indexOf('<ul class="reasons">')).toBeLessThan(page.indexOf('<h2'))
    expect(page).toContain(`<span class="answer">${answer}</span>`)
  })

  test('always says what was not checked', () => {
    expect(sectionsOf(page)).toContain('not-checked')
    expect(sectionOf(page, 'not-checked')).toContain('Files in Supabase Storage')
  })

  test('opens and closes every element, and every link has its place', () => {
    const open: string[] = []
    const wrong: string[] = []
    for (const [, closing, name = ''] of page
      .replace(/<style>[^]*?<\/style>/, '')
      .matchAll(/<(\/?)([a-z]\w*)[^>]*?(?<!\/)>/g)) {
      if (['meta', 'br'].includes(name)) continue
      if (closing === '') open.push(name)
      else if (open.pop() !== name) wrong.push(name)
    }
    expect({ open, wrong }).toEqual({ open: [], wrong: [] })
    const links = [...page.matchAll(/href="#([\w-]+)"/g)].map((match) => match[1])
    expect(links).toEqual(sectionsOf(page))
  })

  test('every drawing says in words what it shows', () => {
    expect(page.match(/<svg /g)).toHaveLength(record.steps.length)
    expect(page.match(/<svg role="img" aria-label="[^"]+"/g)).toHaveLength(record.steps.length)
  })
})

test('tables that differ come first, the others are folded away', () => {
  const section = sectionOf(renderHtml(sampleNoGo()), 'tables')
  const folded = section.indexOf('<summary>27 tables without a difference</summary>')
  expect(folded).toBeGreaterThan(0)
  for (const table of ['chat_messages', 'login_attempts', 'notifications', 'users']) {
    expect(section.indexOf(`<code>public.${table}</code>`)).toBeLessThan(folded)
  }
  expect(section.indexOf('<code>public.courses</code>')).toBeGreaterThan(folded)
  expect(section).toContain('! waived')
})

test('differences of the schema are coloured line by line', () => {
  const section = sectionOf(renderHtml(sampleNoGo()), 'schema')
  expect(section).toContain('<span class="minus">-CREATE UNIQUE INDEX users_email_key')
  expect(section).toContain('<span class="plus">+CREATE INDEX users_email_key')
  expect(section).toContain('<span class="hunk">--- production</span>')
})

test('refused statements that matter come before harmless ones', () => {
  const section = sectionOf(renderHtml(sampleNoGo()), 'restore')
  expect(section.indexOf('COPY public.chat_messages')).toBeLessThan(section.indexOf('CREATE SCHEMA public'))
})

test('an applied and a void waiver are both shown', () => {
  const section = sectionOf(renderHtml(sampleNoGo()), 'notices')
  expect(section).toContain('in force')
  expect(section).toContain('void: expired')
})

test('a rehearsal that found nothing at all still has a page and a summary', () => {
  const record: RehearsalRecord = {
    ...sampleUndecided(),
    backup: null,
    findings: [],
    steps: [],
    tables: [],
    specs: [],
    inoculation: null,
    migration: null,
    notCovered: [],
    configOrigins: {},
    baseline: { source: 'none', takenAt: null, serverVersion: null, databaseBytes: null },
  }
  expect(sectionsOf(renderHtml(record))).toEqual(['checks', 'not-checked', 'restore', 'specs', 'backup', 'engine'])
  expect(renderMarkdownSummary(record)).toContain('no backup found')
})

test('five thousand tables make a page that a browser opens at once', () => {
  const record = sampleGo()
  const [table] = record.tables
  const tables = Array.from({ length: 5_000 }, (_, index) => ({
    ...table,
    table: `public.t${index}`,
  })) as RehearsalRecord['tables']
  const page = renderHtml({ ...record, tables })
  expect(page.length).toBeLessThan(4_000_000)
  expect(page).toContain('and 4,988 more tables')
})

describe('the job summary', () => {
  test('says the answer, the reasons, the checks and the tables that differ', () => {
    const text = renderMarkdownSummary(sampleNoGo())
    expect(text).toMatch(/^## ❌ NO-GO: edupath\n/)
    expect(text).toContain('| ❌ | row counts | yes | 3 differ, 28 same |')
    expect(text).toContain('| `public.users` | 100 | 99 | 99 | ❌ | ❌ |')
    expect(text).toContain('| ❌ | specs | yes | 2 passed, 1 failed, 0 did not run |')
  })

  test('of a GO has no table that differs', () => {
    expect(renderMarkdownSummary(sampleGo())).not.toContain('Tables that differ')
  })
})
