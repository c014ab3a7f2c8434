import type { Finding } from '../harness/compare/index.ts'
import { formatCount, scrubLine } from '../harness/core/index.ts'
import type { DiffReport } from '../harness/run/index.ts'

const paint = { red: '31', green: '32', cyan: '36', bold: '1', dim: '2' } as const

/** For a person at a terminal: the answer, then every difference, the gravest first, each with its diff. */
export function renderDiff(report: DiffReport, color: boolean): string {
  const style = (name: keyof typeof paint, text: string): string =>
    color && text !== '' ? `\u001b[${paint[name]}m${text}\u001b[0m` : text
  const lines: string[] = []
  for (const [index, { name, serverVersion, objects, tables, takenAt }] of report.sides.entries()) {
    const counts = `${formatCount(objects)} objects, ${formatCount(tables)} tables with rows`
    lines.push(
      `  ${index === 0 ? 'a' : 'b'}  ${clean(name)}  ${style('dim', `PostgreSQL ${serverVersion}, ${counts}, ${takenAt}`)}`,
    )
  }
  lines.push('')
  const takeDiff = diffTaker(report)
  for (const [title, group] of groupFindings(report.findings)) {
    lines.push(style('bold', `${title} (${formatCount(group.length)})`))
    for (const finding of group) {
      lines.push(`  ${clean(finding.message)}`)
      if (finding.status === 'not-checked' && finding.remedy) lines.push(`    → ${clean(finding.remedy)}`)
      const diff = takeDiff(finding)
      if (diff === null) continue
      lines.push(...bodyOf(diff).map((line) => `    ${style(inkOf(line), line)}`))
    }
    lines.push('')
  }
  lines.push(...report.notes.map((note) => style('dim', `note: ${clean(note)}`)))
  lines.push(style('bold', summarise(report)))
  return `${lines.join('\n')}\n`
}

/** The diff that belongs to a finding, the first time it is asked for: one object may have several findings. */
export function diffTaker({ diffs }: DiffReport): (finding: Finding) => string | null {
  const byIdentity = Map.groupBy(diffs, ({ identity }) => identity)
  return ({ check, object, message }) => {
    const candidates = check === 'schema' ? (byIdentity.get(object ?? '') ?? []) : []
    const found = candidates.find((diff) => message.startsWith(diff.object) || candidates.length === 1)
    if (found === undefined) return null
    byIdentity.set(
      found.identity,
      candidates.filter((diff) => diff !== found),
    )
    return found.diff
  }
}

/** Findings under the heading they are listed by. */
export function groupFindings(findings: readonly Finding[]): Map<string, readonly Finding[]> {
  return Map.groupBy(findings, ({ check, status, notice, gravity }) => {
    if (notice) return 'notices'
    if (status === 'not-checked') return 'not checked'
    return gravity ?? (check === 'access' ? 'who sees what' : 'differs')
  })
}

/** One line: what came of it. */
export function summarise({ answer, depth, findings }: DiffReport): string {
  const count = (status: Finding['status']): number =>
    findings.filter((finding) => finding.status === status && !finding.notice).length
  const compared = { schema: 'definitions', counts: 'definitions and counts of rows', rows: 'definitions and rows' }[
    depth
  ]
  const open = count('not-checked') === 0 ? '' : `, ${formatCount(count('not-checked'))} not checked`
  switch (answer) {
    case 'same':
      return `SAME: ${compared} are equal`
    case 'differs':
      return `DIFFERS: ${counted(count('differs'), 'difference')} in ${compared}${open}`
    case 'undecided':
      return `UNDECIDED: nothing differs in ${compared} as far as it could be checked${open}`
    default:
      throw new TypeError(`unhandled ${JSON.stringify(answer satisfies never)}`)
  }
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Without the two lines that name the files: what differs is named above. */
export function bodyOf(diff: string): string[] {
  return diff.trimEnd().split('\n').slice(2)
}

function inkOf(line: string): keyof typeof paint {
  return line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : line.startsWith('@@') ? 'cyan' : 'dim'
}

/** Long enough for a sentence with two names in it. */
const widest = 400

function clean(text: string): string {
  return scrubLine(text, widest)
}
