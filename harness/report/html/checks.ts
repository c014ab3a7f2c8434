import { gravestFirst } from '../../compare/index.ts'
import { isWaived, type CheckOutcome } from '../../verdict/index.ts'
import { markup, type Markup } from '../markup.ts'
import { counted, formatCount, uncheckedItems } from '../record-digest.ts'
import type { RehearsalRecord } from '../types.ts'
import { code, folded, pairsMarkup, statusMarkup, tableMarkup, type Section } from './parts.ts'

/** Every check and how it ended; every finding that is not `same` below it. */
export function checksSection(record: RehearsalRecord): Section {
  const checks = record.verdict.checks.filter(({ check }) => !check.startsWith('spec:'))
  const same = checks.filter(({ status }) => status === 'same').length
  const findings = gravestFirst(record.findings).filter(
    (finding) => finding.status === 'differs' && !finding.notice && !isWaived(finding, record.verdict.waivers),
  )
  const listed = folded(findings, 12, 'finding', (some) =>
    tableMarkup(
      'Findings that differ',
      [{ title: 'What' }, { title: 'Check' }, { title: 'Gravity' }, { title: 'What was seen' }],
      some.map(({ object, check, gravity, message, remedy }) => [
        markup`${object ?? check}`,
        markup`<span class="nowrap">${check}</span>`,
        markup`<span class="nowrap">${gravity ?? '–'}</span>`,
        markup`${message}${remedy === null ? null : markup`<span class="remedy">${remedy}</span>`}`,
      ]),
    ),
  )
  return {
    id: 'checks',
    title: 'Checks',
    aside: `${formatCount(same)} of ${formatCount(checks.length)} the same`,
    body: markup`${checkTable(checks)}${findings.length === 0 ? null : markup`<h3>Every finding that differs</h3>${listed}`}`,
  }
}

function checkTable(checks: readonly CheckOutcome[]): Markup {
  return tableMarkup(
    'Checks',
    [{ title: 'Check' }, { title: 'Answer' }, { title: 'What was found' }],
    checks.map(({ check, required, status, summary }) => [
      markup`${check}${required ? null : markup` <span class="tag quiet">not required</span>`}`,
      statusMarkup(status),
      markup`${summary}`,
    ]),
  )
}

/** Always there: silence about what was not checked reads as if it had been. */
export function uncheckedSection(record: RehearsalRecord): Section {
  const items = uncheckedItems(record)
  const required = items.filter((item) => item.required).length
  const body = folded(items, 15, 'thing', (some) => {
    const lines = some.map(
      ({ what, why, remedy, required }) =>
        markup`<li><span><strong>${what}</strong>${required ? markup` <span class="tag not-checked">required</span>` : null}</span><span>${why}${remedy === null ? null : markup`<span class="remedy">${remedy}</span>`}</span></li>\n`,
    )
    return markup`<ul class="plain">${lines}</ul>`
  })
  return {
    id: 'not-checked',
    title: 'What was not checked',
    aside: items.length === 0 ? null : `${counted(items.length, 'thing')}, ${formatCount(required)} required`,
    body: items.length === 0 ? markup`<p>Nothing is open.</p>` : body,
  }
}

/** Notices and waivers: shown in every report, so that an exception never becomes a habit unseen. */
export function noticesSection({ verdict }: RehearsalRecord): Section | null {
  if (verdict.notices.length === 0 && verdict.waivers.length === 0) return null
  const notices = folded(verdict.notices, 10, 'notice', (some) => {
    const lines = some.map(({ check, message }) => markup`<li><strong>${check}</strong><span>${message}</span></li>\n`)
    return markup`<ul class="plain">${lines}</ul>`
  })
  const waivers = verdict.waivers.map(({ waiver, state }) => {
    const pairs = pairsMarkup([
      ['For', markup`${waiver.check}, ${code(waiver.object)}`],
      ['Because', markup`${waiver.reason}`],
      ['Owner', markup`${waiver.owner}`],
      ['Through', markup`${waiver.expires}`],
    ])
    const word = state === 'applied' ? 'in force' : `void: ${state}`
    return markup`<h3>Waiver <span class="tag ${state === 'applied' ? 'quiet' : 'not-checked'}">${word}</span></h3>${pairs}`
  })
  return {
    id: 'notices',
    title: 'Notices and waivers',
    aside: `${counted(verdict.notices.length, 'notice')}, ${counted(verdict.waivers.length, 'waiver')}`,
    body: markup`${verdict.notices.length === 0 ? null : notices}${waivers}`,
  }
}
