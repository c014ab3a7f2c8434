import { styleText } from 'node:util'
import type { BackupLog } from '../harness/backup/index.ts'
import { scrubLine } from '../harness/core/index.ts'
import { sessionPoolerShape } from '../harness/postgres/index.ts'
import {
  dashboardSteps,
  roleOfStep,
  type CountReport,
  type PlatformFinding,
  type PlatformReport,
} from '../harness/supabase/management/index.ts'

const marks = {
  same: ['ok', 'green'],
  differs: ['NO', 'red'],
  'not-checked': ['?', 'yellow'],
  notice: ['note', 'dim'],
} as const
const answerStyles = { GO: 'green', 'NO-GO': 'red', UNDECIDED: 'yellow' } as const
const countStyles = { same: 'green', differs: 'red', undecided: 'yellow' } as const
type Style = Parameters<typeof styleText>[0]

/** What was found, a line each; what only a person can look at; the addresses; last one line with the answer. */
export function renderPlatform(report: PlatformReport, log: BackupLog, color: boolean): string {
  const paint = painter(color)
  const { findings } = report
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = [
    `Project ${report.ref}${report.region === null ? '' : ` in ${scrubLine(report.region, 60)}`}, ${report.at}`,
    '',
  ]
  for (const finding of findings) {
    const [word, style] = marks[finding.notice ? 'notice' : finding.status]
    lines.push(`${paint(style, word.padEnd(4))}  ${finding.check.padEnd(width)}  ${finding.message}`)
    if (finding.hint !== null) lines.push(`${' '.repeat(6)}→ ${finding.hint}`)
  }
  lines.push('', ...addresses(report), '', ...steps(log), '', paint(answerStyles[report.answer], answerLine(report)))
  return print(lines)
}

/** Drift first, the rest counted; the line with the answer last. */
export function renderCounts(report: CountReport, takenAt: string, color: boolean): string {
  const paint = painter(color)
  const { findings } = report
  const told = findings.filter(({ kind }) => kind !== 'equal')
  const equal = findings.length - told.length
  const tables = findings.filter(({ kind }) => kind !== 'other schema')
  const named = told.length - (findings.length - tables.length)
  const lines = [
    `Project ${report.ref}, ${report.at}, beside facts of ${takenAt}`,
    'Counts alone were read, through the platform: equal counts don’t prove equal rows.',
    '',
    ...told.map(({ status, message }) => `${paint(marks[status][1], marks[status][0].padEnd(4))}  ${message}`),
    ...(told.length > 0 ? [''] : []),
    paint(
      countStyles[report.answer],
      `${report.answer.toUpperCase()}: ${equal} of ${tables.length} tables have as many rows as the backup${named === 0 ? '' : `, ${named} are named above`}`,
    ),
  ]
  return print(lines)
}

function answerLine({ answer, findings }: PlatformReport): string {
  const deciding: PlatformFinding['status'] = answer === 'NO-GO' ? 'differs' : answer === 'GO' ? 'same' : 'not-checked'
  const named = findings.filter(({ notice, status }) => !notice && status === deciding).map(({ check }) => check)
  return `${answer}: ${named.join(', ')}; that a backup restores is what rehearse run proves`
}

function addresses({ ref, region }: PlatformReport): readonly string[] {
  const host = `aws-N-${region !== null && /^[a-z0-9-]{1,40}$/.test(region) ? region : '<region>'}.pooler.supabase.com`
  return [
    `For rehearse backup: ${sessionPoolerShape(ref, host)} (N: dashboard, Connect, "Session pooler")`,
    `or db.${ref}.supabase.co:5432, which needs IPv6; port 6543 gives no snapshot and is refused`,
  ]
}

/** Signed in the newest entry of the log: its set is the one that the day rests on. */
function steps({ entries }: BackupLog): readonly string[] {
  const newest = entries.find(({ goneSince }) => goneSince === null)
  const signed = new Map(newest?.signOffs.map(({ role, name, at }) => [role, `${name}, ${at.slice(0, 10)}`]))
  const width = Math.max(...dashboardSteps.map(({ id }) => id.length))
  const lines = dashboardSteps.map((step) => {
    const by = signed.get(roleOfStep(step))
    return `${by === undefined ? '[ ]' : '[x]'} ${step.id.padEnd(width)}  ${step.where}: ${step.text}${by === undefined ? '' : ` (${by})`}`
  })
  const set = newest === undefined ? '<set>' : scrubLine(newest.name, 100)
  return [
    'Only a person can see, in the dashboard (no part of the answer):',
    ...lines,
    `sign: rehearse log sign --set ${set} --role "Dashboard: <step>" --name "…"`,
  ]
}

function painter(color: boolean) {
  return (style: Style, text: string): string => (color ? styleText(style, text, { validateStream: false }) : text)
}

function print(lines: readonly string[]): string {
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`
}
