import { formatBytes, formatDuration } from '../../core/index.ts'
import { markup } from '../markup.ts'
import { counted, formatCount, restorerText } from '../record-digest.ts'
import type { RehearsalRecord } from '../types.ts'
import { code, folded, tableMarkup, type Section } from './parts.ts'

/** What the server was given and what it would not run. Those that matter come first. */
export function restoreSection({ restore }: RehearsalRecord): Section {
  if (restore === null) {
    return { id: 'restore', title: 'Restore', aside: null, body: markup`<p>Nothing was restored.</p>` }
  }
  const refused = [...restore.refused].sort((a, b) => Number(a.harmless) - Number(b.harmless))
  const harmful = refused.filter(({ harmless }) => !harmless).length
  const speed = `${counted(restore.statements, 'statement')} and ${counted(restore.rows, 'row')} (${formatBytes(restore.bytes)}) in ${formatDuration(restore.ms)}, by ${restorerText(restore.restorer)}; ${formatCount(restore.skipped)} left out on purpose.`
  const list = folded(refused, 15, 'statement', (some) =>
    tableMarkup(
      'Refused statements',
      [{ title: 'Statement' }, { title: 'Where' }, { title: 'What the server said' }],
      some.map(({ verb, object, file, line, code: state, message, harmless, explanation }) => [
        markup`${code(object === null ? verb : `${verb} ${object}`)}`,
        markup`${file}, line ${formatCount(line)}`,
        markup`<span class="status ${harmless ? 'quiet' : 'differs'}">${harmless ? 'harmless' : '✗ refused'}</span> ${message} <span class="quiet">(${state})</span><br><span class="quiet">${explanation}</span>`,
      ]),
    ),
  )
  return {
    id: 'restore',
    title: 'Restore',
    aside: harmful === 0 ? 'no statement refused that matters' : `${counted(harmful, 'statement')} refused`,
    body: markup`<p>${speed}</p>${refused.length === 0 ? null : list}`,
  }
}
