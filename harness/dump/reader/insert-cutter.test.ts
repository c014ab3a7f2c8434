import { describe, expect, it } from 'vitest'
import { flatEntries, statementsOf } from '../testing/flat-entries.ts'

const header = '-- PostgreSQL database dump\n'
const prefix = 'INSERT INTO "public"."t" ("a", "b;c") OVERRIDING SYSTEM VALUE VALUES'
const tuple = (id: number) => `(${id}, 'x;('')),(' || f(ARRAY[1], (2)))`
const tuples = (count: number) => Array.from({ length: count }, (_, id) => `\n\t${tuple(id)}`).join(',')
const limits = { insertBytes: 200 }

describe('a long INSERT', () => {
  it.each([1, 7, 64, 65_536])(
    'arrives in complete statements with all its rows, in chunks of %i bytes',
    async (chunkBytes) => {
      const entries = await flatEntries(`${header}${prefix}${tuples(50)};\nSELECT 1;\n`, { ...limits, chunkBytes })
      const pieces = entries.filter((entry) => entry['kind'] === 'insert')
      expect(pieces.length).toBeGreaterThan(5)
      expect(pieces.reduce((sum, piece) => sum + Number(piece['rows']), 0)).toBe(50)
      expect(
        pieces.every((piece) =>
          /^INSERT INTO "public"\."t" [^;]*;c"\) OVERRIDING SYSTEM VALUE VALUES\n\(\d/.test(String(piece['text'])),
        ),
      ).toBe(true)
      const bodies = pieces.map((piece) => String(piece['text']).slice(prefix.length + 1, -1))
      expect(bodies.flatMap((body) => body.split(/,\n\t/))).toEqual(Array.from({ length: 50 }, (_, id) => tuple(id)))
      expect(new Set(pieces.map((piece) => piece['line'])).size).toBe(pieces.length)
      expect(entries.at(-3)).toMatchObject({ text: 'SELECT 1;', line: 53 })
    },
  )

  it('of one row more than fits ends without an empty piece', async () => {
    for (let count = 1; count < 12; count += 1) {
      const entries = await flatEntries(`${header}${prefix}${tuples(count)};\n`, limits)
      const rows = entries.filter((entry) => entry['kind'] === 'insert').map((entry) => Number(entry['rows']))
      expect(rows.every((number) => number > 0)).toBe(true)
      expect(rows.reduce((sum, number) => sum + number, 0)).toBe(count)
    }
  })

  it('repeats ON CONFLICT DO NOTHING in each piece', async () => {
    for (const before of ['', `${prefix} (0, 1)\n\nON CONFLICT DO NOTHING;\n`]) {
      const texts = await statementsOfInserts(`${header}${before}${prefix}${tuples(20)}\n\nON CONFLICT DO NOTHING;\n`)
      expect(texts.length).toBeGreaterThan(2)
      expect(texts.every((text) => text.endsWith('ON CONFLICT DO NOTHING;'))).toBe(true)
    }
  })

  it.each(['ON CONFLICT (a) DO UPDATE SET b = 1', 'RETURNING a'])('stays whole before %s', async (tail) => {
    const statement = `${prefix}${tuples(20)} ${tail};`
    expect(await statementsOfInserts(`${header}${statement}\n`)).toEqual([statement])
  })

  it('that ends otherwise than the ones before it is damage', async () => {
    const entries = await flatEntries(
      `${header}${prefix} (1, 2);\n${prefix}${tuples(20)} ON CONFLICT DO NOTHING;\n`,
      limits,
    )
    expect(entries.at(-2)).toMatchObject({ code: 'E_DUMP_DAMAGED', fatal: true, object: 'public.t' })
  })

  it('cut short is told, and its last rows are not given', async () => {
    const text = `${header}${prefix}${tuples(50)};\n`
    const entries = await flatEntries(text.slice(0, -60), limits)
    expect(entries.at(-2)).toMatchObject({ code: 'E_DUMP_TRUNCATED', fatal: true, object: 'public.t' })
  })

  async function statementsOfInserts(text: string): Promise<readonly string[]> {
    return (await flatEntries(text, limits)).flatMap((entry) =>
      entry['kind'] === 'insert' ? [String(entry['text'])] : [],
    )
  }
})

describe('a short INSERT', () => {
  it('is given as it stands, with its rows', async () => {
    const texts = [
      'INSERT INTO public.t VALUES (1, 2), (3, 4);',
      'INSERT INTO public.t DEFAULT VALUES;',
      `${prefix} (1, ')(');`,
    ]
    const entries = await flatEntries(texts.join('\n'))
    expect(entries.slice(0, 3).map((entry) => [entry['kind'], entry['text'], entry['rows']])).toEqual([
      ['insert', texts[0], 2],
      ['insert', texts[1], 1],
      ['insert', texts[2], 1],
    ])
  })

  it('without VALUES is a statement', async () => {
    expect(await statementsOf('INSERT INTO t SELECT 1;\n')).toEqual(['INSERT INTO t SELECT 1;'])
    expect((await flatEntries('INSERT INTO t SELECT 1;\n'))[0]).toMatchObject({
      kind: 'statement',
      verb: 'INSERT',
      object: 't',
    })
  })
})
