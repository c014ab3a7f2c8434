import { describe, expect, it } from 'vitest'
import { diagnoseSwallowed, hasLostComments } from './index.ts'

const file = { name: 'schema.sql', isOfCli: true, problems: [], refused: [] }

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
  })
})

describe('a body without its comments', () => {
  it('has lost the lines that begin with two dashes, and nothing else', () => {
    expect(hasLostComments('begin\n-- why\n  -- kept\nend', 'begin\n  -- kept\nend')).toBe(true)
    expect(hasLostComments('begin\n-- why\nend', 'begin\nstop\nend')).toBe(false)
    expect(hasLostComments('begin\nend', 'begin\nend')).toBe(false)
  })
})
