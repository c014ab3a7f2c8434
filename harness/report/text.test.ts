import { describe, expect, test } from 'vitest'
import { markdownCode, markdownText } from './markdown-text.ts'
import { escapeMarkup, markup } from './markup.ts'
import { columns, terminalText, wrapText } from './terminal-text.ts'

test.each([
  ['public.user_profiles', 'public.user_profiles'],
  ['42.0 MB', '42.0 MB'],
  ['ada@example.com', 'ada@example.com'],
  ['_em_ and a_b_', '\\_em\\_ and a_b\\_'],
  ['1. not a list', '1\\. not a list'],
  ['- not a list', '\\- not a list'],
  ['a|b `c` <d> & [e](f)', 'a\\|b \\`c\\` &lt;d&gt; &amp; \\[e\\](f)'],
  ['two\nlines', 'two lines'],
  ['@octocat', '@\u2060octocat'],
  ['https://example.com', 'https:\\/\\/example.com'],
])('Markdown text %j is written %j', (text, expected) => {
  expect(markdownText(text)).toBe(expected)
})

test('a code span holds a name as it is, unless the name could end it', () => {
  expect(markdownCode('public.user_profiles')).toBe('`public.user_profiles`')
  expect(markdownCode('a`b|c')).toBe('a\\`b\\|c')
  expect(markdownCode('')).toBe('')
})

test('markup escapes every value, and nothing twice', () => {
  const inner = markup`<b title="${'"&'}">${"<'`>"}</b>`
  expect(markup`<i>${inner}${[inner]}${null}${1}</i>`.text).toBe(
    `<i>${'<b title="&#34;&#38;">&#60;&#39;&#96;&#62;</b>'.repeat(2)}1</i>`,
  )
  expect(escapeMarkup('\ud800\ufffe\u0000')).toBe('\ufffd\ufffd\ufffd')
})

describe('terminal lines', () => {
  test('wrap at words, cut only words that are too long, and never exceed the width', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three'])
    expect(wrapText('a'.repeat(20), 8)).toEqual(['aaaaaaaa', 'aaaaaaaa', 'aaaa'])
    expect(wrapText('表'.repeat(10), 8).map(columns)).toEqual([8, 8, 4])
    expect(wrapText('', 8)).toEqual([])
  })

  test('keep casts, and break what a CI runner would obey', () => {
    expect(terminalText("'x'::text")).toBe("'x'::text")
    expect(terminalText('::error::x')).toBe(': :error::x')
    expect(terminalText('a ##[error]x ##vso[y]')).toBe('a # #[error]x # #vso[y]')
  })
})
