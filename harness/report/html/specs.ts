import { formatDuration } from '../../core/index.ts'
import { markup } from '../markup.ts'
import { formatCount } from '../record-digest.ts'
import type { RehearsalRecord, SpecRecord } from '../types.ts'
import { folded, statusMarkup, tableMarkup, type Section } from './parts.ts'

const ends = {
  failed: ['differs', '✗ failed'],
  'not-run': ['not-checked', '? never ran'],
  skipped: ['not-checked', '? skipped'],
  passed: ['same', '✓ passed'],
} as const
const order = Object.keys(ends)

export function specsSection({ specs }: RehearsalRecord): Section {
  const count = (state: SpecRecord['state']): number => specs.filter((spec) => spec.state === state).length
  const open = count('skipped') + count('not-run')
  const sorted = [...specs].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  const list = folded(sorted, Math.max(15, count('failed')), 'spec', (some) =>
    tableMarkup(
      'Specs',
      [{ title: 'Claim' }, { title: 'Answer' }, { title: 'File' }, { title: 'Time', number: true }],
      some.map(({ title, state, file, durationMs, message }) => [
        markup`${title}${message === null ? null : markup`<br><span class="quiet">${message}</span>`}`,
        statusMarkup(ends[state][0], ends[state][1]),
        markup`<span class="quiet">${file}</span>`,
        markup`${state === 'not-run' ? '–' : formatDuration(durationMs)}`,
      ]),
    ),
  )
  return {
    id: 'specs',
    title: 'Specs',
    aside:
      specs.length === 0
        ? null
        : `${formatCount(count('passed'))} passed, ${formatCount(count('failed'))} failed${open > 0 ? `, ${formatCount(open)} did not run` : ''}`,
    body: specs.length === 0 ? markup`<p>No spec was collected.</p>` : list,
  }
}
