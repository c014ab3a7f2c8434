import { describe, expect, it } from 'vitest'
import { judgeHead } from './head.ts'

function judge(text: string): string {
  const verdict = judgeHead(Buffer.from(text, 'latin1'))
  return verdict.kind === 'sql' ? 'sql' : verdict.problem.message
}

describe('the beginning of a dump', () => {
  it('may hold the name of an object with a control character', () => {
    expect(judge('--\n-- PostgreSQL database dump\n--\n\nCREATE SCHEMA "a\u0001b";\n')).toBe('sql')
    expect(judge('SET statement_timeout = 0;\nCREATE SCHEMA "a\u001fb";\n')).toBe('sql')
  })

  it('is no other file, whatever that begins with', () => {
    expect(judge('\u007fELF\u0002\u0001\u0001')).toBe('this is no dump: it is a binary file')
    expect(judge('\u0089PNG\r\n\u001a\n\u0000\u0000')).toBe('this is no dump: it is a binary file')
    expect(judge('<html><body>')).toBe('this is no dump: its first word begins no SQL command')
    expect(judge('SQLite format 3\u0000')).toContain('this is no dump')
  })

  it.each([
    ['#!/usr/bin/env bash\nexport PGPASSWORD="hunter-two"\npg_dump \\\n', '--dry-run'],
    ['Dumping schemas from remote database...\nSET statement_timeout = 0;\n', 'what the tool says'],
    ['Target: local stack (127.0.0.1:54322)\n', 'what the tool says'],
    ['pg_dump: error: connection to server failed\n', 'what the tool says'],
  ])('is told from what a slip puts in its place', (text, what) => {
    expect(judge(text)).toContain(what)
    expect(judge(text)).not.toContain('hunter')
  })

  it.each(['PG_VERSION', './PG_VERSION', 'backup_label', 'global/pg_control'])(
    'tells of a tar of a server’s own files: %s',
    (name) => {
      expect(judge(tarOf(['./', 'base/', name]))).toContain('a physical backup')
    },
  )

  it('takes no other tar for that', () => {
    expect(() => judge(tarOf(['notes.txt', 'old/PG_VERSION.txt']))).toThrow('a tar archive')
  })
})

/** Headers alone. */
function tarOf(names: readonly string[]): string {
  return names.map((name) => `${name.padEnd(257, '\0')}ustar\0`.padEnd(512, '\0')).join('')
}
