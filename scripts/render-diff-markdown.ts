import { formatCount, scrubLine } from '../harness/core/index.ts'
import type { DiffReport } from '../harness/run/index.ts'
import { bodyOf, diffTaker, groupFindings, summarise } from './render-diff.ts'

/** For a pull request or an issue: headings by gravity, diffs in fences. */
export function renderDiffMarkdown(report: DiffReport): string {
  const parts = [
    `## ${summarise(report)}`,
    report.sides
      .map(({ name, serverVersion, objects }, index) => {
        return `- ${index === 0 ? 'a' : 'b'}: ${text(name)} (PostgreSQL ${text(serverVersion)}, ${formatCount(objects)} objects)`
      })
      .join('\n'),
  ]
  const takeDiff = diffTaker(report)
  for (const [title, group] of groupFindings(report.findings)) {
    parts.push(`### ${title[0]?.toUpperCase()}${title.slice(1)} (${formatCount(group.length)})`)
    for (const finding of group) {
      const remedy = finding.status === 'not-checked' && finding.remedy ? ` → ${text(finding.remedy)}` : ''
      parts.push(`- ${text(finding.message)}${remedy}`)
      const diff = takeDiff(finding)
      if (diff === null) continue
      parts.push(fenced(bodyOf(diff).join('\n')))
    }
  }
  if (report.notes.length > 0) parts.push(report.notes.map((note) => `> ${text(note)}`).join('\n'))
  return `${parts.join('\n\n')}\n`
}

/** A fence that is longer than any in the text. */
function fenced(body: string): string {
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}diff\n${body}\n${fence}`
}

/** Names come from databases: nothing in them is Markdown, or HTML. */
function text(value: string): string {
  return scrubLine(value, 400).replace(/[\\`*_{}[\]<>()#+!|~&-]/g, String.raw`\$&`)
}
