import { describe, expect, it } from 'vitest'
import { diagnoseSwallowed, hasLostComments, hasLostRepeats } from './index.ts'

const file = { name: 'schema.sql', isOfCli: true, holdsDefinitions: true, problems: [], refused: [] }

describe('statements that a text has swallowed', () => {
  it('is said of a file that ends inside a text, and of a statement that is none', () => {
    const unclosed = diagnoseSwallowed({ ...file, problems: [{ code: 'E_DUMP_TRUNCATED', line: 12 }] })
    expect(unclosed?.message).toContain('line 12')
    expect(unclosed?.remedy).toContain('--keep-comments')
    expect(diagnoseSwallowed({ ...file, refused: [{ code: '42601', line: 40 }] })?.message).toContain('line 40')
  })

  it('is not said of what the CLI did not write, nor of another refusal', () => {
    expect(diagnoseSwallowed({ ...file, isOfCli: false, refused: [{ code: '42601', line: 40 }] })).toBeNull()
    expect(diagnoseSwallowed({ ...file, refused: [{ code: '42704', line: 40 }] })).toBeNull()
    const cut = {
      ...file,
      name: 'data.sql',
      holdsDefinitions: false,
      problems: [{ code: 'E_DUMP_TRUNCATED', line: 12 }],
    }
    expect(diagnoseSwallowed(cut)).toBeNull()
  })
})

describe('a body without its comments', () => {
  it('has lost the lines that begin with two dashes, and nothing else', () => {
    expect(hasLostComments('begin\n-- why\n  -- kept\nend', 'begin\n  -- kept\nend')).toBe(true)
    expect(hasLostComments('begin\n-- why\nend', 'begin\nstop\nend')).toBe(false)
    expect(hasLostComments('begin\nend', 'begin\nend')).toBe(false)
  })
})

describe('a text of the roles after uniq', () => {
  it('has lost repeated lines within it, and nothing else', () => {
    expect(hasLostRepeats('a=1\nsame\nsame\nsame\nend', 'a=1\nsame\nend')).toBe(true)
    expect(hasLostRepeats('a=1\n\n\nend', 'a=1\n\nend')).toBe(true)
    expect(hasLostRepeats('a=1\n-- why\nend', 'a=1\nend')).toBe(true)
    expect(hasLostRepeats('same\nsame\nend', 'same\nend')).toBe(false)
    expect(hasLostRepeats('a\nsame\nsame', 'a\nsame')).toBe(false)
    expect(hasLostRepeats('a=1\nsame\nsame\nend', 'a=1\nother\nend')).toBe(false)
    expect(hasLostRepeats('a=1', 'a=1')).toBe(false)
  })
})
