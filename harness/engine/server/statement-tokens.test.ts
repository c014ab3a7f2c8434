import { describe, expect, test } from 'vitest'
import { cutStatements } from './statement-tokens.ts'

function words(text: string): string[][] {
  return cutStatements(text).map((tokens) =>
    tokens.map(({ kind, value }) => (kind === 'word' ? value : `${kind}:${value}`)),
  )
}

describe('statements', () => {
  test.each([
    ['ALTER ROLE Reader', [['alter', 'role', 'reader']]],
    ['alter role "Re""ader"', [['alter', 'role', 'name:Re"ader']]],
    ['/* a /* b */ ; */ DROP -- ; \n ROLE x;', [['drop', 'role', 'x']]],
    [
      "SELECT 'a;''b', E'\\';c'; DROP ROLE x",
      [
        ['select', "string:a;'b", 'other:,', "string:\\';c"],
        ['drop', 'role', 'x'],
      ],
    ],
    [
      'DO $a$ ; $$ DROP ROLE y; $a$; DROP ROLE x',
      [
        ['do', 'string:'],
        ['drop', 'role', 'x'],
      ],
    ],
    ['SELECT $1, a$b, 1e5; x', [['select', 'other:$', 'other:1', 'other:,', 'a$b', 'other:,', 'other:1e5'], ['x']]],
    ['drop role ÄRZTE', [['drop', 'role', 'Ärzte']]],
    [';;', []],
    ['DROP ROLE "unended', [['drop', 'role', 'name:', 'unended']]],
  ])('are cut as the server cuts them: %s', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })
})
