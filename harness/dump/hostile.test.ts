import { describe, expect, it } from 'vitest'
import { readMetaCommand } from './reader/meta-command.ts'
import { flatEntries } from './testing/flat-entries.ts'

describe('a psql command', () => {
  it.each([
    '\\! touch x',
    "\\copy t from program 'id'",
    '\\i /etc/passwd',
    '\\ir x',
    '\\o |sh',
    '\\set x `id`',
    '\\gexec',
    '\\g |sh',
    '\\gset',
    '\\setenv PATH x',
    '\\cd /',
    '\\w x',
    '\\e',
    '\\ef',
    '\\if true',
    '\\lo_import x',
    '\\password',
    '\\q',
    '\\;',
    '\\:',
    '\\',
    '\\\\',
    '\\c other',
    '\\connect host=evil',
    '\\connect - - evil.example 5432',
    '\\connect `id`',
    '\\connect :x',
    '\\connect -reuse-previous=on "dbname=\'a\' host=evil"',
    '\\restrict `id`',
    '\\unrestrict `touch x; echo y`',
    '\\unrestrict',
    '\\restrict a b',
    '\\encoding SJIS',
    '\\encoding SQL_ASCII; x',
  ])('is hostile: %s', async (line) => {
    const scripts = [`${line}\nSELECT 1;\n`, `SELECT 1;\n${line}\n`, `SELECT 1 ${line}\n;`, `SELECT 1; ${line}`]
    for (const script of scripts) {
      const [problem, end] = (await flatEntries(script)).slice(-2)
      expect({ script, ...problem }).toMatchObject({ script, kind: 'problem', code: 'E_DUMP_HOSTILE', fatal: true })
      expect(end).toMatchObject({ kind: 'end', completeness: 'truncated' })
    }
  })

  it('is told with its name and line', async () => {
    const entries = await flatEntries("SELECT 1;\n\nSELECT '\n',\n\\! rm -rf /\n;")
    expect(entries[1]).toMatchObject({ line: 5, message: expect.stringContaining('\\! on line 5') })
  })

  it('is none inside quotes, comments and rows', async () => {
    const entries = await flatEntries(
      'SELECT \'\\! x\', $$\\! x$$, "\\!" /* \\! */; -- \\! x\nCOPY t FROM stdin;\n\\N\n\\! x\n\\.\n',
    )
    expect(entries.map((entry) => entry['kind'])).toEqual(['statement', 'copy', 'end'])
  })

  it.each([
    "COPY t FROM PROGRAM 'id';",
    "COPY t TO PROGRAM 'sh';",
    "COPY t FROM '/etc/passwd';",
    "COPY (SELECT 1) TO '/tmp/x';",
    'COPY t FROM stdin WITH (FORMAT csv);',
    'COPY t TO STDOUT;',
  ])('of its kind is a COPY that leaves the dump: %s', async (statement) => {
    expect((await flatEntries(`SELECT 1;\n${statement}\n`))[1]).toMatchObject({ code: 'E_DUMP_HOSTILE', fatal: true })
  })
})

describe('\\connect', () => {
  it.each([
    ['\\connect plain', 'plain'],
    ['\\connect "Upper"', 'Upper'],
    ['\\connect -reuse-previous=on "dbname=a"', 'a'],
    ['\\connect -reuse-previous=on "dbname=\'my db\'"', 'my db'],
    ['\\connect -reuse-previous=on "dbname=\'we\\\'ird \\\\ ""db\'"', 'we\'ird \\ "db'],
  ])('as pg_dumpall writes it names its database: %s', (line, database) => {
    expect(readMetaCommand(`${line}\r`)).toEqual({ kind: 'connect', database })
  })

  it('is an entry, and \\restrict and \\encoding are none', async () => {
    const entries = await flatEntries(
      '\\restrict abc\n\\encoding SQL_ASCII\n\\connect "x.y"\nSELECT 1;\n\\unrestrict abc\n',
    )
    expect(entries).toMatchObject([
      { kind: 'connect', database: 'x.y', line: 3 },
      { kind: 'statement' },
      { kind: 'end' },
    ])
  })
})
