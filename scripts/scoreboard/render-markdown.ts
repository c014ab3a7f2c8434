import { letters } from './letters.ts'
import type { BoardRecord, Recorded } from './record.ts'
import { sumLetters, sumWays, type WaySum } from './sum-up.ts'

/** Of the README: by letter, what was caught, and what of the same files by other ways. */
export function renderSummary({ rows, day }: BoardRecord): string {
  const ways = sumWays(rows)
  const others = ways.slice(1)
  const lines = sumLetters(rows).map(({ letter, classes, mutants, caught }) => {
    const some = letter === 'all' ? rows : rows.filter(({ id }) => id.startsWith(letter))
    const [ours, ...theirs] = sumWays(some)
    const title = letter === 'all' ? '**all**' : `${letter}. ${letters[letter] ?? ''}`
    return [title, classes, mutants, caught, ours?.asked ?? 0, ...others.map((_, index) => theirs[index]?.caught ?? 0)]
  })
  const alarms = ({ alarms, good }: WaySum): string => `${alarms} of ${good}`
  const [ours] = ways
  const last = ['good backups refused', '', '', ours ? alarms(ours) : '', '', ...others.map(alarms)]
  const head = ['class', 'ways', 'mutants', 'caught', 'of them broken files', ...others.map(({ name }) => code(name))]
  return `${table(head, [...lines, last])}\n\nRecorded on ${day} by \`npm run scoreboard -- --against usual --record\`.\n`
}

/** Of docs/scoreboard.md: every mutant, with what each way says of it. */
export function renderWhole(record: BoardRecord): string {
  const { rows } = record
  const names = sumWays(rows)
    .slice(1)
    .map(({ name }) => name)
  const key = names.map((name, index) => `${index + 1} ${code(name)}`).join(', ')
  const sections = [...Map.groupBy(rows, ({ id }) => id.slice(0, 1))].map(([letter, some]) => {
    const lines = some.map((row) => [
      row.id,
      row.broken,
      row.killed ? row.answer : `**not caught**: ${row.answer}`,
      namedBy(row),
      ...names.map((name) => sign(row, name)),
    ])
    const head = ['class', 'what was broken', 'answer', 'named', ...names.map((_, index) => index + 1)]
    return `### ${letter}. ${letters[letter] ?? ''}\n\n${table(head, lines)}\n`
  })
  const signs = '✓ caught, – passed, ! objects to the good twin, too (or to what only looks bad); nothing: not asked'
  return `${renderSummary(record)}\nOther ways: ${key}. ${signs}.\n\n${sections.join('\n')}`
}

function namedBy({ expected: { check, object }, isGood }: Recorded): string {
  if (isGood) return 'good, and called good'
  return check === null ? 'by the command' : [check, object].filter((part) => part !== null).join(': ')
}

function sign({ rivals, isGood }: Recorded, name: string): string {
  const words = rivals[name]
  if (!words || words.mutant === 'not asked') return ''
  if (words.mutant === 'passes') return isGood ? '✓' : '–'
  return isGood || words.twin !== 'passes' ? '!' : '✓'
}

function code(name: string): string {
  return /^[[a-z]+_/.test(name) || name.startsWith('[') ? `\`${name}\`` : name
}

function table(head: readonly (string | number)[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
