import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../harness/core/index.ts'
import type { Played } from './play-all.ts'
import { renderSummary, renderWhole } from './render-markdown.ts'

/** What docs keep of a row: nothing that would be another at the next run. */
export type Recorded = Omit<Played, 'ms' | 'because'>

export interface BoardRecord {
  /** The day of the newest row. */
  readonly day: string
  readonly rows: readonly Recorded[]
}

const file = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** `docs/scoreboard.json`: the last whole run, with what was played anew since. Null where nothing was recorded yet. */
export async function readRecord(): Promise<BoardRecord | null> {
  if (!existsSync(file('docs/scoreboard.json'))) return null
  return JSON.parse(await readFile(file('docs/scoreboard.json'), 'utf8')) as BoardRecord
}

/** Rows that were played anew take the place of the old ones; those whose mutants are no more are dropped. */
export function mergeRecord(
  old: BoardRecord | null,
  played: readonly Played[],
  order: readonly string[],
  day: string,
): BoardRecord {
  const anew = new Set(played.map(keyOf))
  const kept = (old?.rows ?? []).filter((row) => !anew.has(keyOf(row)) && order.includes(keyOf(row)))
  // The numbers of twins are of one run: two of the same number are two.
  const next = Math.max(-1, ...kept.map(({ twin }) => twin?.number ?? -1)) + 1
  const rows = [...kept, ...played.map((row) => recordedOf(row, next))]
  return { day, rows: rows.sort((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b))) }
}

export function keyOf({ id, face }: { readonly id: string; readonly face: string }): string {
  return `${id} ${face}`
}

function recordedOf(row: Played, firstTwin: number): Recorded {
  const { id, face, broken, expected, isGood, answer, killed, rivals } = row
  const twin = row.twin && { ...row.twin, number: row.twin.number + firstTwin }
  return { id, face, broken, expected, isGood, answer, twin, killed, rivals }
}

export async function writeRecord(record: BoardRecord): Promise<void> {
  const rows = record.rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
  await writeFile(file('docs/scoreboard.json'), `{\n  "day": "${record.day}",\n  "rows": [\n${rows}\n  ]\n}\n`)
}

/** The documents that have a place for a table, as they are and as they should be: empty of it until a board was whole. */
export async function documentsOf(
  record: BoardRecord | null,
  order: readonly string[],
): Promise<readonly BoardDocument[]> {
  const rows = new Set(record?.rows.map(keyOf))
  const whole = record && order.every((key) => rows.has(key)) ? record : null
  const tables = [
    ['README.md', whole && renderSummary(whole)],
    ['docs/scoreboard.md', whole && renderWhole(whole)],
  ] as const
  return Promise.all(
    tables.map(async ([name, table]) => {
      const text = await readFile(file(name), 'utf8')
      return { name, text, wanted: withTable(name, text, table) }
    }),
  )
}

export interface BoardDocument {
  readonly name: string
  readonly text: string
  readonly wanted: string
}

export async function writeDocuments(documents: readonly BoardDocument[]): Promise<void> {
  for (const { name, wanted } of documents) await writeFile(file(name), wanted)
}

const [begin, end] = ['<!-- scoreboard: npm run scoreboard -- --against usual --record -->\n', '<!-- /scoreboard -->\n']

function withTable(name: string, text: string, table: string | null): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) throw new Fault('E_DEFECT', `${name} has no place for the scoreboard`)
  return `${text.slice(0, from + begin.length)}${table === null ? '' : `\n${table}\n`}${text.slice(to)}`
}
