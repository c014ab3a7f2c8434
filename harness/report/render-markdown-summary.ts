import { formatBytes, formatDuration } from '../core/index.ts'
import { changeLists } from './migration-digest.ts'
import { markdownCode, markdownTable, markdownText } from './markdown-text.ts'
import {
  baselineText,
  formatCount,
  isProblem,
  meaning,
  reasonText,
  comparedText,
  uncheckedItems,
} from './record-digest.ts'
import type { RehearsalRecord } from './types.ts'

const sign = { GO: '✅', 'NO-GO': '❌', UNDECIDED: '⬜' } as const
const statusSign = { same: '✅', differs: '❌', 'not-checked': '⬜' } as const
/** A job summary holds 1 MiB at most, and is read at a glance. */
const longestList = 20

/** For the summary page of a CI job: the answer, why, the checks, the tables that differ, what is open. */
export function renderMarkdownSummary(record: RehearsalRecord): string {
  const { verdict, backup } = record
  const unchecked = uncheckedItems(record)
  const problems = record.tables.filter(isProblem)
  const facts = [
    backup === null ? 'no backup found' : `${markdownCode(backup.name)}, ${formatBytes(backup.totalBytes)}`,
    backup?.ageMs == null ? null : `${formatDuration(backup.ageMs)} old`,
    comparedText(record),
    `compared with ${baselineText(record)}`,
    `rehearsed in ${formatDuration(record.durationMs)}`,
  ]
  const specs = verdict.checks.filter(({ check }) => check.startsWith('spec:'))
  const checks = verdict.checks.filter((each) => !specs.includes(each))
  const parts = [
    `## ${sign[verdict.answer]} ${verdict.answer}: ${markdownText(record.project)}`,
    `**${meaning[verdict.answer]}**`,
    facts.filter((fact) => fact !== null).join(' · '),
    list(
      verdict.reasons.map((reason) => {
        const remedy = reason.remedy === null || verdict.answer === 'GO' ? '' : `<br>→ ${markdownText(reason.remedy)}`
        return `- ${markdownText(reasonText(reason))}${remedy}`
      }),
    ),
    '### Checks',
    markdownTable(
      ['', 'Check', 'Required', 'What was found'],
      [
        ...checks.map(({ check, status, required, summary }) => [
          statusSign[status],
          markdownText(check),
          required ? 'yes' : 'no',
          markdownText(summary),
        ]),
        ...(specs.length > 0 ? [specRow(specs.map(({ status }) => status))] : []),
      ],
    ),
    ...(problems.length > 0 ? ['### Tables that differ', tableList(problems.slice(0, longestList))] : []),
    ...(problems.length > longestList ? [`and ${formatCount(problems.length - longestList)} more in the report`] : []),
    ...migrationParts(record),
    '### What was not checked',
    unchecked.length === 0
      ? 'Nothing is open.'
      : list(
          unchecked.map(({ what, why, required }) => {
            return `- ${required ? '**required** ' : ''}${markdownText(what)}: ${markdownText(why)}`
          }),
        ),
  ]
  return `${parts.join('\n\n')}\n`
}

function migrationParts({ migration }: RehearsalRecord): string[] {
  if (migration === null) return []
  const { answer, reason, remedy, run } = migration
  return [
    `### ${sign[answer]} Migration: ${answer}`,
    `${markdownText(reason)}${remedy === null ? '' : `<br>→ ${markdownText(remedy)}`}`,
    ...changeLists(migration).flatMap(([title, lines]) => [
      `**${title}**`,
      list(lines.map((line) => `- ${markdownText(line)}`)),
    ]),
    ...(answer === 'GO' || run === null || run.lastLines.length === 0
      ? []
      : ['**The end of its output**', list(run.lastLines.map((line) => `- ${markdownText(line)}`))]),
  ]
}

function list(items: readonly string[]): string {
  const more = items.length - longestList
  return [...items.slice(0, longestList), ...(more > 0 ? [`- and ${formatCount(more)} more in the report`] : [])].join(
    '\n',
  )
}

function specRow(statuses: readonly ('same' | 'differs' | 'not-checked')[]): string[] {
  const count = (status: string): number => statuses.filter((each) => each === status).length
  const worst = count('differs') > 0 ? 'differs' : count('not-checked') > 0 ? 'not-checked' : 'same'
  const summary = `${count('same')} passed, ${count('differs')} failed, ${count('not-checked')} did not run`
  return [statusSign[worst], 'specs', 'yes', summary]
}

function tableList(tables: RehearsalRecord['tables']): string {
  return markdownTable(
    ['Table', 'Expected', 'In the dump', 'Restored', 'Rows', 'Content'],
    tables.map(({ table, expected, dumped, restored, counts, content }) => [
      markdownCode(table),
      ...[expected, dumped, restored].map((rows) => markdownText(formatCount(rows))),
      statusSign[counts],
      statusSign[content],
    ]),
    [1, 2, 3],
  )
}
