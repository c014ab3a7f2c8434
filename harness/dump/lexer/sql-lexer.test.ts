import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { psqlMajor, recordPsql } from '../testing/psql-recorder.ts'
import { flatEntries, statementsOf } from '../testing/flat-entries.ts'

/** Scripts and the statements psql makes of them: the tokens in which a semicolon ends nothing, and their look-alikes. */
const scripts: readonly (readonly [claim: string, script: string, statements: readonly string[]])[] = [
  ['a semicolon in a string', "SELECT ';'; SELECT 2;", ["SELECT ';';", 'SELECT 2;']],
  ['a doubled quote', "SELECT 'it''s;'; SELECT 2;", ["SELECT 'it''s;';", 'SELECT 2;']],
  ['a backslash in a standard string', "SELECT '\\'; SELECT 2;", ["SELECT '\\';", 'SELECT 2;']],
  ["an escaped quote in E'…'", "SELECT E'\\'; x'; SELECT 2;", ["SELECT E'\\'; x';", 'SELECT 2;']],
  ["E as the end of a word before '…'", "SELECT some'\\'; SELECT 2;", ["SELECT some'\\';", 'SELECT 2;']],
  ["1e'…', which is no E'…'", "SELECT 1e'\\'; SELECT 2;", ["SELECT 1e'\\';", 'SELECT 2;']],
  ["1.e'…', which is no E'…'", "SELECT 1.e'\\'; SELECT 2;", ["SELECT 1.e'\\';", 'SELECT 2;']],
  ["1..e'…', which is one", "SELECT 1..e'\\'; x'; SELECT 2;", ["SELECT 1..e'\\'; x';", 'SELECT 2;']],
  ['bit strings without doubled quotes', "SELECT B'0;1' X'a;b'; SELECT 2;", ["SELECT B'0;1' X'a;b';", 'SELECT 2;']],
  ['U&\'…\' and U&"…"', 'SELECT U&\'a;\\\' AS U&"b;"""; SELECT 2;', ['SELECT U&\'a;\\\' AS U&"b;""";', 'SELECT 2;']],
  ['a quoted name', 'SELECT ";""; " FROM t; SELECT 2;', ['SELECT ";""; " FROM t;', 'SELECT 2;']],
  ['a dollar quote', 'DO $$a;b$$; SELECT 2;', ['DO $$a;b$$;', 'SELECT 2;']],
  ['a tag within a tag', 'DO $a$;$b$;$$;$a$; SELECT 2;', ['DO $a$;$b$;$$;$a$;', 'SELECT 2;']],
  ['half a tag before its end', 'DO $a$ x$a$; SELECT 2;', ['DO $a$ x$a$;', 'SELECT 2;']],
  ['dollars within a name', 'SELECT a$$; SELECT b$$;', ['SELECT a$$;', 'SELECT b$$;']],
  ['dollars after a psql variable', 'SELECT x[1:n$$;$$]; SELECT 2;', ['SELECT x[1:n$$;$$];', 'SELECT 2;']],
  ['a parameter is no tag', 'SELECT $1; SELECT $2;', ['SELECT $1;', 'SELECT $2;']],
  ['nested comments', 'SELECT /* ; /* ; */ ; */ 1; SELECT 2;', ['SELECT /* ; /* ; */ ; */ 1;', 'SELECT 2;']],
  ['a comment to the end of the line', "SELECT 1 -- ; '\n; SELECT 2;", ["SELECT 1 -- ; '\n;", 'SELECT 2;']],
  [
    'an operator that runs into a comment',
    'SELECT 1 +-- ;\n 2; SELECT 3 */*;*/ 4;',
    ['SELECT 1 +-- ;\n 2;', 'SELECT 3 */*;*/ 4;'],
  ],
  [
    'brackets',
    'CREATE RULE r AS ON INSERT TO t DO (NOTIFY a; NOTIFY b); SELECT 2;',
    ['CREATE RULE r AS ON INSERT TO t DO (NOTIFY a; NOTIFY b);', 'SELECT 2;'],
  ],
  ['a closing bracket too many', 'SELECT 1); SELECT 2;', ['SELECT 1);', 'SELECT 2;']],
  [
    'BEGIN ATOMIC with CASE',
    'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN b END; SELECT 2; END; SELECT 3;',
    [
      'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN b END; SELECT 2; END;',
      'SELECT 3;',
    ],
  ],
  ['BEGIN of a transaction', 'BEGIN; SELECT 1; END;', ['BEGIN;', 'SELECT 1;', 'END;']],
  ['BEGIN in a CREATE TABLE', 'CREATE TABLE t (begin int); SELECT 1;', ['CREATE TABLE t (begin int);', 'SELECT 1;']],
  ['no continued strings', "SELECT E'a'\n'\\'; SELECT 2;", ["SELECT E'a'\n'\\';", 'SELECT 2;']],
  [
    'strings with escapes, once the standard is off',
    "SET standard_conforming_strings = off;\nSELECT '\\'; '; SET standard_conforming_strings = on;\nSELECT '\\'; SELECT 2;",
    [
      'SET standard_conforming_strings = off;',
      "SELECT '\\'; ';",
      'SET standard_conforming_strings = on;',
      "SELECT '\\';",
      'SELECT 2;',
    ],
  ],
]

describe('splitting statements', () => {
  it.each(scripts)('knows %s', async (_claim, script, statements) => {
    expect(await statementsOf(`${script}\n`)).toEqual(statements)
  })

  it.each(scripts)('knows %s whatever the chunks', async (_claim, script, statements) => {
    for (const chunkBytes of [1, 2, 3]) expect(await statementsOf(`${script}\n`, chunkBytes)).toEqual(statements)
  })

  const major = psqlMajor()
  const isRecent = major !== null && major >= 15
  it.skipIf(!isRecent)(`agrees with psql (needs psql 15 or later; found ${major ?? 'none'})`, async () => {
    const recorded: unknown[] = []
    for (const [claim, script] of scripts) recorded.push([claim, script, await recordPsql(`${script}\n`)])
    expect(recorded).toEqual(scripts)
  })

  const pieces = [
    "';'",
    "'''--'",
    "E'\\';'",
    '";"',
    '$$;$$',
    "$t$;'$$$t$",
    '/* ; /* " */ */',
    "-- ;'\n",
    '(;)',
    'word',
    'e',
    '1.5',
    '$1',
    '::',
    '<=',
    ',',
    "U&';\\'",
    "B';'",
    '\n',
    'end',
    'begin',
  ]

  it('gives back the statements it was given', async () => {
    const statement = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((parts) => `SELECT ${parts.join(' ')};`)
    await fc.assert(
      fc.asyncProperty(
        fc.array(statement, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        async (statements, chunkBytes) => {
          expect(await statementsOf(`${statements.join('\n')}\n`, chunkBytes)).toEqual(statements)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives the same entries whatever the chunks, of any text at all', async () => {
    const soup = fc.array(
      fc.constantFrom(
        ...pieces,
        "'",
        '"',
        '$',
        '$a$',
        '\\',
        '/*',
        '*/',
        ';',
        'COPY t FROM stdin;\n',
        '\\.\n',
        '\t',
        '\r\n',
        'é',
        'INSERT INTO t VALUES',
        '(1)',
      ),
      { maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 9 }), async (parts, chunkBytes) => {
        const text = `SELECT 1;${parts.join('')}`
        const limits = { insertBytes: 25 }
        expect(await flatEntries(text, { ...limits, chunkBytes })).toEqual(await flatEntries(text, limits))
      }),
      { numRuns: 500 },
    )
  })
})
