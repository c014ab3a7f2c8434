import type { Description } from './describe-server.ts'

/** Lines shown before and after. */
const around = 3
const longestLine = 300

/** Where two sets of texts first differ, byte by byte; null when they don't. */
export function firstDifference(ours: readonly Description[], theirs: readonly Description[]): string | null {
  for (const [index, { title, text }] of ours.entries()) {
    const other = theirs[index]?.text
    if (other === undefined) return `${title} is on one side only`
    if (text.equals(other)) continue
    const [mine, stock] = [text, other].map((bytes) => bytes.toString().split('\n'))
    return `${title} ${title.endsWith('s') ? 'differ' : 'differs'}\n${describeLines(mine ?? [], stock ?? [])}`
  }
  return ours.length === theirs.length ? null : `${ours.length} texts, ${theirs.length} expected`
}

function describeLines(ours: readonly string[], theirs: readonly string[]): string {
  const at = ours.findIndex((line, index) => line !== theirs[index])
  const line = at < 0 ? ours.length : at
  const show = (lines: readonly string[]): string =>
    lines
      .slice(Math.max(0, line - around), line + around + 1)
      .map((text) => `  ${text.slice(0, longestLine)}`)
      .join('\n')
  return `ours, line ${line + 1}:\n${show(ours)}\npsql's:\n${show(theirs)}`
}
