import { readToolLogs, type BackupSet, type ToolComplaint } from '../backup/index.ts'
import type { FindingBook } from './finding-book.ts'

/**
 * What the tools complained of when the backup was taken, once a log. Damage on production's disk is lost rows that no
 * comparison can show, where the baseline was read from the same disk. Any other error may be of an attempt that
 * failed before this one: what came of it is judged by the dump itself.
 */
export async function judgeToolLogs(set: BackupSet, book: FindingBook): Promise<void> {
  const complaints = await readToolLogs(set)
  for (const [file, all] of Map.groupBy(complaints, ({ file }) => file)) {
    const damage = all.filter(({ isDamage }) => isDamage)
    const remedy = 'see what the disk of production lost: check its pages, and bring them back from an older backup'
    if (damage.length > 0) book.differs('artefacts', file, say(damage), { remedy })
    else book.notice('artefacts', file, say(all), 'read the log')
  }
}

function say(complaints: readonly ToolComplaint[]): string {
  const [first] = complaints
  if (!first) return ''
  const more = complaints.length > 1 ? ` (and ${complaints.length - 1} more lines)` : ''
  return `${first.file}, line ${first.line}: ${first.text}${more}`
}
