import { formats } from './formats.ts'
import type { CaseResult } from './rehearse-case.ts'

/** What came of the cases of one kind in one format. */
export interface Tally {
  readonly format: string
  readonly kind: string
  readonly cases: number
  readonly reader: number
  readonly server: number
  readonly comparison: number
  /** GO, and the copy is the source. */
  readonly harmless: number
  /** Not GO, and the copy is the source all the same. */
  readonly cautious: number
  readonly wrong: number
  /** Threw, hung, or left something behind. */
  readonly failed: number
}

/** In the order of {@link formats}, whichever case was done first: whole dumps, flips, cuts. */
export function tally(results: readonly CaseResult[]): readonly Tally[] {
  const places = formats.map(({ name }) => name)
  const groups = Map.groupBy(results, ({ format, name }) => `${format} ${name.replace(/:.*/, '')}`)
  const tallies = [...groups].map(([key, group]) => {
    const [format = '', kind = ''] = key.split(' ')
    const count = (test: (result: CaseResult) => boolean): number => group.filter(test).length
    const wrong = count(isWrong)
    return {
      format,
      kind,
      cases: group.length,
      reader: count(({ foundBy }) => foundBy === 'reader'),
      server: count(({ foundBy }) => foundBy === 'server'),
      comparison: count(({ foundBy }) => foundBy === 'comparison'),
      harmless: count(({ answer, isEqual }) => answer === 'GO' && isEqual === true),
      cautious: count(({ answer, isEqual }) => answer !== 'GO' && isEqual === true),
      wrong,
      failed: count(({ failure }) => failure !== null) - wrong,
    }
  })
  return tallies.sort(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || places.indexOf(a.format) - places.indexOf(b.format),
  )
}

const kinds = ['whole', 'flip', 'cut']

function isWrong({ answer, isEqual }: CaseResult): boolean {
  return answer === 'GO' && isEqual !== true
}

const columns = [
  ['format', 'format'],
  ['fault', 'kind'],
  ['cases', 'cases'],
  ['found by the reader', 'reader'],
  ['by the server', 'server'],
  ['by comparison', 'comparison'],
  ['GO, content equal', 'harmless'],
  ['not GO, content equal', 'cautious'],
  ['GO, content differs', 'wrong'],
  ['threw, hung or left', 'failed'],
] as const

/** A Markdown table, as docs/damage.md has it. */
export function renderTally(tallies: readonly Tally[]): string {
  const rows = tallies.map((line) => columns.map(([, field]) => line[field].toLocaleString('en')))
  const lines = [columns.map(([title]) => title), ...rows]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const show = (line: readonly string[]): string =>
    `| ${line.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, at) => (at < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [show(lines[0] ?? []), rule, ...lines.slice(1).map(show)].join('\n')
}

/** How to see one case again. */
export function renderFailure({ format, name, damage, failure, findings }: CaseResult, seed: string): string {
  const again = `npm run faults -- --seed ${seed} --format ${format} --case ${name}`
  return [
    `${format} ${name} (${damage}): ${failure ?? ''}`,
    ...findings.map((line) => `    ${line}`),
    `    ${again}`,
  ].join('\n')
}
