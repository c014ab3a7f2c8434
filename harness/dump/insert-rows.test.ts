import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalKind as kind } from './insert-literals.ts'
import { InsertRowReader, readInsertRows } from './insert-rows.ts'
import { CopyText } from './insert-rows-text.ts'

const on = { standardStrings: true }
const off = { standardStrings: false }

function copyOf(values: string, options = on): string | null {
  return readInsertRows(Buffer.from(`INSERT INTO t VALUES ${values};`), options)?.copy.toString() ?? null
}

describe('an INSERT of literals', () => {
  it.each([
    ["(1, 'a', NULL)", '1\ta\t\\N\n'],
    ["(''), ('NULL'), ('\\N'), ('\\.')", '\nNULL\n\\\\N\n\\\\.\n'],
    ["('', '')", '\t\n'],
    ["('it''s'), ('''')", "it's\n'\n"],
    ["('a\tb\nc\rd\\e')", 'a\\tb\\nc\\rd\\\\e\n'],
    ['\n\t(1),\n\t(2)\n', '1\n2\n'],
    ['(true, FALSE, null)', 't\tf\t\\N\n'],
    ["(B'101', b'', X'1f')", '101\t\tx1f\n'],
    ['(-1, +2, 0.5, -1.50e-07, 12345678901234567890)', '-1\t2\t0.5\t-1.50e-07\t12345678901234567890\n'],
    ['(-0, -0.0, 0, -0e5)', '0\t0.0\t0\t0e5\n'],
    ["(E'\\\\x00', e'\\n\\t''\\b')", "\\\\x00\t\\n\\t'\b\n"],
    ["(';'), (')'), ('--'), ('/*')", ';\n)\n--\n/*\n'],
    ['(DEFAULT, 1, default, 2)', '1\t2\n'],
    ["('Ünï 🍵')", 'Ünï 🍵\n'],
  ])('%j is COPY %j', (values, copy) => {
    expect(copyOf(values)).toBe(copy)
  })

  it.each([
    '(007)',
    '(00.5)',
    '(1_000)',
    '(0x1F)',
    '(1.)',
    '(.5)',
    '(1e)',
    '(1e1000)',
    `(${'1'.repeat(1_001)})`,
    '(- 1)',
    '(--1\n)',
    '(1 + 1)',
    '(1::text)',
    "('a'::text)",
    "('a' 'b')",
    "('a'\n'b')",
    "('a' || 'b')",
    "(date '2026-01-01')",
    "(U&'\\0061')",
    "(N'a')",
    '($$a$$)',
    '(now())',
    '(ARRAY[1])',
    '((1))',
    '((SELECT 1))',
    '(nulls)',
    '(truee)',
    "(E'\\u0041')",
    "(E'\\x41')",
    "(E'\\101')",
    "(E'\\'')",
    "(B'102')",
    "(B'x1')",
    "(X'1g')",
    "('a\0b')",
    "('a",
    '()',
    '(DEFAULT)',
    '(1',
    '(1),',
    '(1) (2)',
    '(1), (1, 2)',
    '(1, DEFAULT), (1, 2)',
    '(/* */ 1)',
    '(1) RETURNING a',
    '(1) ON CONFLICT (a) DO NOTHING',
    '(1) ON CONFLICT DO UPDATE SET a = 1',
    '(1); DELETE FROM t',
  ])('%j is left alone', (values) => {
    expect(copyOf(values)).toBeNull()
  })

  it('with backslashes is read by what they mean in the session', () => {
    expect(copyOf("('a\\b')")).toBe('a\\\\b\n')
    expect(copyOf("('a\\b')", off)).toBeNull()
    expect(copyOf("('ab', E'a\\\\b')", off)).toBe('ab\ta\\\\b\n')
  })

  it('tells which kinds of literal each column had', () => {
    const found = readInsertRows(
      Buffer.from("INSERT INTO t VALUES (1, 'a', true, DEFAULT), (1.5, NULL, B'1', DEFAULT);"),
      on,
    )
    expect([...(found?.kinds ?? [])]).toEqual([
      kind.integer | kind.decimal,
      kind.string | kind.null,
      kind.boolean | kind.bit,
      kind.default,
    ])
    expect(found).toMatchObject({ arity: 4, rows: 2, skipsConflicts: false })
  })
})

describe("an INSERT's head", () => {
  const headOf = (head: string) => readInsertRows(Buffer.from(`${head} (1);`), on)?.head

  it.each([
    ['INSERT INTO t VALUES', 't', null, false],
    ['insert  into public."odd ""t"" (VALUES" values', 'public."odd ""t"" (VALUES"', null, false],
    ['INSERT INTO public.t (a, "b;c" , d$1) VALUES', 'public.t', ['a', '"b;c"', 'd$1'], false],
    ['INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES', 't', ['a'], true],
    ['INSERT INTO t OVERRIDING SYSTEM VALUE VALUES\n\t', 't', null, true],
    ['INSERT INTO t(a)VALUES', 't', ['a'], false],
    ['INSERT INTO values VALUES', 'values', null, false],
  ] as const)('%s', (head, table, columns, isOverriding) => {
    expect(headOf(head)).toMatchObject({ table, columns, isOverriding })
  })

  it.each([
    'INSERT INTO xvalues',
    'INSERT INTO t AS a VALUES',
    'INSERT INTO a.b.c VALUES',
    'INSERT INTO t (a[1]) VALUES',
    'INSERT INTO t (a.b) VALUES',
    'INSERT INTO t OVERRIDING USER VALUE VALUES',
    'INSERT INTO U&"t" VALUES',
    'INSERT INTO t -- (\nVALUES',
    'INSERT INTO t SELECT',
    'WITH x AS (SELECT 1) INSERT INTO t VALUES',
  ])('%s is left alone', (head) => {
    expect(headOf(head)).toBeUndefined()
  })

  it('DEFAULT VALUES is left alone', () => {
    expect(readInsertRows(Buffer.from('INSERT INTO t DEFAULT VALUES;'), on)).toBeNull()
  })

  it('may change from one INSERT to the next', () => {
    const reader = new InsertRowReader(on)
    const copy = new CopyText(0)
    const heads = ['a', 'a', 'ab', 'a', 'b'].map(
      (table) => reader.read(Buffer.from(`INSERT INTO ${table} VALUES ('${table}');`), copy)?.head,
    )
    expect(heads.map((head) => head?.table)).toEqual(['a', 'a', 'ab', 'a', 'b'])
    expect(heads[0]).toBe(heads[1])
    expect(reader.read(Buffer.from("INSERT INTO a VALUES ('c', now());"), copy)).toBeNull()
    expect(copy.gathered.toString()).toBe('a\na\nab\na\nb\n')
  })

  it.each(['nothing', 'conflicts'])('%s skipped is told from the end', (what) => {
    const tail = what === 'conflicts' ? '\n\nON  conflict DO nothing' : ''
    const found = readInsertRows(Buffer.from(`INSERT INTO t VALUES (1)${tail};`), on)
    expect(found?.skipsConflicts).toBe(what === 'conflicts')
  })
})

describe('any bytes', () => {
  /** What COPY reads from its text format (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS). */
  function readCopy(copy: Buffer): (string | null)[][] {
    const plain = { n: '\n', r: '\r', t: '\t', '\\': '\\' } as Readonly<Record<string, string>>
    const lines = copy.toString('latin1').split('\n').slice(0, -1)
    return lines.map((line) =>
      line
        .split('\t')
        .map((field) => (field === '\\N' ? null : field.replace(/\\(.)/g, (_, one: string) => plain[one] ?? '?'))),
    )
  }
  const nasty = fc.string({
    unit: fc.constantFrom("'", '\\', '\n', '\r', '\t', 'N', '.', ',', '(', ')', ';', 'é', ' ', '-'),
    maxLength: 12,
  })
  const values = fc.array(fc.tuple(fc.option(nasty), fc.option(nasty), fc.option(nasty)), {
    minLength: 1,
    maxLength: 5,
  })

  it('in strings come out of COPY as they went into the INSERT', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (rows, isEscaped) => {
        const quoted = (value: string | null) =>
          value === null
            ? 'NULL'
            : isEscaped
              ? `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`
              : `'${value.replaceAll("'", "''")}'`
        const text = `INSERT INTO t VALUES ${rows.map((row) => `(${row.map(quoted).join(', ')})`).join(',\n')};`
        const found = readInsertRows(Buffer.from(text, 'latin1'), on)
        expect(readCopy(found?.copy ?? Buffer.of())).toEqual(rows)
      }),
    )
  })

  it('never make it fail, and what is left alone leaves nothing behind', () => {
    const parts = fc.constantFrom(
      "'",
      "''",
      '(',
      ')',
      ',',
      ';',
      ' ',
      'NULL',
      '1',
      '-',
      '.',
      'e5',
      'E',
      "E'",
      '\\',
      'true',
      "B'",
      '0',
      'DEFAULT',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), (pieces) => {
        const copy = new CopyText(0)
        const text = Buffer.from(`INSERT INTO t VALUES (${pieces.join('')}`)
        const found = new InsertRowReader(on).read(text, copy)
        const lines = copy.gathered.toString().split('\n').length - 1
        expect(lines).toBe(found?.rows ?? 0)
        expect(copy.length).toBeLessThanOrEqual(2 * text.length)
      }),
      { numRuns: 2_000 },
    )
  })
})
