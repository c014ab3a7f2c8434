import { formatCount as formatKnownCount } from '../core/index.ts'
import type { CheckId, Finding } from '../compare/index.ts'
import { isWaived, specCheck, type Answer, type Reason } from '../verdict/index.ts'
import type { RehearsalRecord, SpecRecord, TableRecord } from './types.ts'

/** What the answer means, in a sentence. */
export const meaning: Readonly<Record<Answer, string>> = {
  GO: 'This backup restores, and holds what it must hold.',
  'NO-GO': 'Do not rely on this backup.',
  UNDECIDED: 'Not everything that must be checked could be checked.',
}

/** `5000` → `5,000`; a text that is no count as it is; nothing as `–`. */
export function formatCount(value: string | number | bigint | null): string {
  return value === null ? '–' : formatKnownCount(value)
}

/** `1 table`, `31 tables`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** What restored, in a sentence: `rehearse's own loader`, `psql 17.12`. */
export function restorerText(restorer: string): string {
  return restorer.replace(/^ours(?=,|$)/, "rehearse's own loader")
}

/** What came of breaking the copy on purpose, in a sentence; null in a record where nothing was restored to break. */
export function inoculationText({ inoculation, restore, notCovered }: RehearsalRecord): string | null {
  if (inoculation === null) {
    if (restore === null) return null
    return notCovered.some(({ what }) => what === neverBroken) ? 'the copy was not broken on purpose, by choice' : null
  }
  const { breaks, seed } = inoculation
  const unseen = breaks.filter(({ seen }) => !seen).length
  const answer = breaks.length === 0 ? 'none was possible' : unseen === 0 ? 'each was seen' : `${unseen} not seen`
  return `${counted(breaks.length, 'way')} to break the copy on purpose: ${answer} (seed ${seed})`
}

/** Under what is not covered, where config leaves it out. */
export const neverBroken = 'whether a bad backup would have been seen'

/** A reason with the object it is about, said once. */
export function reasonText({ object, text, check }: Reason): string {
  if (object === null || text.includes(object)) return text
  return check.startsWith('spec:') ? `spec failed: “${object}”: ${text}` : `${object}: ${text}`
}

/** Rows of all tables, as far as each is known: restored, else dumped, else expected. Null when none is. */
export function totalRows({ tables }: Pick<RehearsalRecord, 'tables'>): bigint | null {
  const known = tables.map((table) => table.restored ?? table.dumped ?? table.expected)
  const counts = known.filter((rows) => rows !== null && /^\d+$/.test(rows))
  if (counts.length === 0) return null
  return counts.reduce((sum, rows) => sum + BigInt(rows ?? 0), 0n)
}

/** The tables whose rows were held against production's; all of them where none was, for then nothing else is said of any. */
export function comparedTables({ tables }: RehearsalRecord): readonly TableRecord[] {
  const compared = tables.filter(({ counts }) => counts !== 'not-checked')
  return compared.length === 0 ? tables : compared
}

/** `20 tables, 896 rows`; `15 of 22 tables, 891 rows` where some were left out. */
export function comparedText(record: RehearsalRecord): string {
  const tables = comparedTables(record)
  const rows = totalRows({ tables })
  const of = tables.length === record.tables.length ? '' : `${formatCount(tables.length)} of `
  return `${of}${counted(record.tables.length, 'table')}${rows === null ? '' : `, ${formatCount(rows)} rows`}`
}

/** How a check ended; null when it neither was planned nor reported. */
export function checkStatus(record: RehearsalRecord, check: CheckId): Finding['status'] | null {
  return record.verdict.checks.find((each) => each.check === check)?.status ?? null
}

/** Whether anything of a table is not as it must be. */
export function isProblem({ counts, content }: TableRecord): boolean {
  return counts === 'differs' || content === 'differs'
}

/** Whether a test counts towards the answer. One that only repeats an open check of the run does not. */
export function isCountedSpec({ verdict }: RehearsalRecord, spec: SpecRecord): boolean {
  const name = specCheck(spec)
  return verdict.checks.some(({ check }) => check === name)
}

export interface UncheckedItem {
  readonly what: string
  readonly why: string
  readonly remedy: string | null
  /** A required one makes the answer UNDECIDED. */
  readonly required: boolean
}

/** Everything that was not checked: required ones first, then what config left out, then what no rehearsal covers. */
export function uncheckedItems(record: RehearsalRecord): UncheckedItem[] {
  const required = new Set(record.verdict.checks.filter((each) => each.required).map(({ check }) => check))
  const open = record.findings.filter(
    (finding) => finding.status === 'not-checked' && !isWaived(finding, record.verdict.waivers),
  )
  const found = open.map(({ check, object, message, remedy, notice }): UncheckedItem => {
    const what = object === null || object === check ? check : `${check} of ${object}`
    return { what, why: message, remedy, required: required.has(check) && !notice }
  })
  const silent = record.verdict.checks
    .filter(({ check, status, findings }) => status === 'not-checked' && findings === 0 && !check.startsWith('spec:'))
    .map(({ check, summary }): UncheckedItem => ({ what: check, why: summary, remedy: null, required: true }))
  const specs = record.specs
    .filter((spec) => (spec.state === 'skipped' || spec.state === 'not-run') && isCountedSpec(record, spec))
    .map(({ file, title, state, message }): UncheckedItem => {
      const why = message ?? (state === 'skipped' ? 'skipped' : 'never ran')
      return { what: `spec ${file}: ${title}`, why, remedy: null, required: true }
    })
  const never = record.notCovered.map(({ what, why }) => ({ what, why, remedy: null, required: false }))
  const all = [...found, ...silent, ...specs]
  return [...all.filter((item) => item.required), ...all.filter((item) => !item.required), ...never]
}

/** `2026-03-10T06:12:30.035Z` → `2026-03-10 06:12 UTC`; text that is no moment as it is. */
export function formatMoment(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::[\d.]+)?Z$/.exec(iso)
  return match === null ? iso : `${match[1]} ${match[2]} UTC`
}

/** What the restored copy was compared with, in words. */
export function baselineText({ baseline, findings }: RehearsalRecord): string {
  switch (baseline.source) {
    case 'dump-snapshot':
      return 'production at the moment of the dump'
    case 'live':
      return 'production as it is now'
    case 'none':
      return unread(findings) ?? 'nothing: no production was given'
    default:
      throw new TypeError(`unhandled ${JSON.stringify(baseline.source satisfies never)}`)
  }
}

/** Production, or a file of its facts, was named, and is why nothing could be compared. */
function unread(findings: readonly Finding[]): string | null {
  const { object } = findings.find(({ check, status }) => check === 'baseline' && status === 'not-checked') ?? {}
  return object ? `nothing: ${object} could not be read` : null
}
