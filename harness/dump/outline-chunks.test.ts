import { describe, expect, it } from 'vitest'
import { DumpReader } from './reader/dump-reader.ts'
import { defaultLimits } from './limits.ts'
import { OutlineDraft } from './outline-draft.ts'
import type { OutlineEntry } from './outline.ts'
import { passingTexts } from './statement-texts.ts'
import { flatEntries } from './testing/flat-entries.ts'
import { replayed } from './testing/replayed.ts'
import { sourceOf } from './testing/source-of.ts'
import { OpenedText } from './text/opened-text.ts'

const limits = { ...defaultLimits, insertBytes: 60, runBytes: 200 }

/** Numbers below `below` that are the same in every run (a linear congruential generator, from Numerical Recipes). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const values = ["1, 'a;b'", "2, 'it''s'", "3, E'\\';'", '4, $x$;\n$x$', "5, '/*'", '6, (7)', "8, '\n\\.\n'"]

/** A dump of any statements, one after the other. */
function randomDump(seed: number): string {
  const below = seeded(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  let isOff = false
  // The end of the first is in the middle of the other where backslashes are read the other way.
  const row = () => `(${pick([...values, isOff ? "8, '\\';'" : "9, '\\'"])})`
  const rows = (most: number) => Array.from({ length: 1 + below(most) }, row).join(pick([',', ',\n\t', ' , -- ;\n']))
  const insert = () =>
    `INSERT INTO ${pick(['a', 'public.a', 's."b;"'])} VALUES ${rows(pick([1, 3, 12]))}${pick(['', ' ON CONFLICT DO NOTHING', '\n'])};`
  const copy = () =>
    `COPY ${pick(['a', 's."b;"'])} FROM stdin;\n${Array.from({ length: below(6) }, () => pick(['1\t;\n', '\\\\.\n', "'\t\\N\n"])).join('')}\\.\n`
  const within = () => pick(["SELECT lowrite(0, '\\x00;');", insert(), 'SAVEPOINT x;', '-- COMMIT;\n'])
  const piece = () =>
    pick([
      insert,
      insert,
      insert,
      copy,
      () => `BEGIN;\n${Array.from({ length: below(5) }, within).join('\n')}\nCOMMIT;`,
      () => {
        isOff = pick([false, true])
        return `SET standard_conforming_strings = ${isOff ? 'off' : 'on'};`
      },
      () => '-- Name: t; Type: TABLE; Schema: s; Owner: o\n',
      () => 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;',
      () => ';',
      () => {
        isOff = false
        return '\\connect other'
      },
    ])()
  return `${Array.from({ length: 2 + below(20) }, piece).join('\n')}\nSELECT 1;\n`
}

async function outlineOf(dump: string, chunkBytes: number) {
  const reader = new DumpReader(sourceOf(dump, chunkBytes), limits, passingTexts())
  const places = { runBytes: limits.runBytes, endOf: () => Number.POSITIVE_INFINITY, claim: () => true }
  const draft = new OutlineDraft(reader, limits, places)
  for await (const entry of reader.entries()) await draft.add(entry)
  return draft.finish()
}

/** The outline's text again, in chunks of that size. */
async function commandsOf(dump: string, outline: readonly OutlineEntry[], chunkBytes: number) {
  const bytes = Buffer.from(dump)
  const random = {
    async *bytes({ from, to }: { readonly from: number; readonly to: number }) {
      for (let at = from; at < to; at += chunkBytes) yield bytes.subarray(at, Math.min(to, at + chunkBytes))
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const unchanged = { requireUnchanged: () => Promise.resolve() }
  await using text = new OpenedText(random, unchanged, { limits, isUniform: false }, new AbortController())
  return replayed(outline, text, { parallel: true })
}

/** What the stream gives, as far as an outline gives it, too. */
async function wantedOf(dump: string): Promise<readonly unknown[]> {
  const streamed = (await flatEntries(dump, limits)).filter(({ kind }) => kind !== 'problem' && kind !== 'end')
  return streamed.map((command) => Object.fromEntries(Object.entries(command).filter(([key]) => key !== 'counted')))
}

describe('the outline of any dump', () => {
  it('gives again what was read, in chunks of any size', async () => {
    let outlined = 0
    for (let seed = 1; seed <= 150; seed += 1) {
      const dump = randomDump(seed)
      const sizes = [1, 2, 3, 7, 61, 4096]
      const wanted = await wantedOf(dump)
      const first = await outlineOf(dump, 65_536)
      for (const size of sizes) expect(await outlineOf(dump, size), `seed ${seed}, chunks of ${size}`).toEqual(first)
      if (first === null) continue
      outlined += 1
      for (const size of sizes) {
        expect(await commandsOf(dump, first, size), `seed ${seed}, chunks of ${size}`).toEqual(wanted)
      }
    }
    expect(outlined).toBeGreaterThan(100)
  })

  it.each<readonly [string, (entry: OutlineEntry) => OutlineEntry]>([
    [
      'quotes read the wrong way',
      (entry) => ('standardStrings' in entry ? { ...entry, standardStrings: true } : entry),
    ],
    [
      'a run that ends early',
      (entry) => ('range' in entry ? { ...entry, range: { ...entry.range, to: entry.range.to - 1 } } : entry),
    ],
    [
      'a run that begins late',
      (entry) => ('range' in entry ? { ...entry, range: { ...entry.range, from: entry.range.from + 1 } } : entry),
    ],
    [
      'rows that end early',
      (entry) => ('data' in entry ? { ...entry, data: { ...entry.data, to: entry.data.to - 1 } } : entry),
    ],
    ['the wrong line', (entry) => ({ ...entry, line: entry.line + 1 })],
  ])('would not pass with %s', async (_, broken) => {
    let caught = 0
    for (let seed = 1; seed <= 30; seed += 1) {
      const dump = randomDump(seed)
      const outline = await outlineOf(dump, 4096)
      if (outline === null) continue
      const found = await commandsOf(dump, outline.map(broken), 4096).catch(() => null)
      if (JSON.stringify(found) !== JSON.stringify(await wantedOf(dump))) caught += 1
    }
    expect(caught).toBeGreaterThan(0)
  })
})
