import { formatDuration } from '../../core/index.ts'
import { markup, type Markup } from '../markup.ts'
import type { RehearsalRecord, StepRecord } from '../types.ts'
import type { Section } from './parts.ts'

/** Steps as bars on one axis: what took how long, and what ran beside what. */
export function timelineSection({ steps, durationMs }: RehearsalRecord): Section | null {
  if (steps.length === 0) return null
  const end = Math.max(durationMs, ...steps.map((step) => step.startMs + step.durationMs), 1)
  return {
    id: 'timeline',
    title: 'Timeline',
    aside: `${formatDuration(durationMs)} of rehearsal, not a recovery time`,
    body: markup`<ol class="timeline">${steps.map((step) => stepMarkup(step, end))}</ol>`,
  }
}

function stepMarkup(step: StepRecord, end: number): Markup {
  const { outcome, summary } = step
  const time = outcome === 'not-run' ? '–' : formatDuration(step.durationMs)
  const note = outcome === 'failed' ? markup`<span class="differs">${summary}</span>` : markup`${summary}`
  return markup`<li class="${outcome}"><span>${step.step}</span>${bar(step, end)}<span class="time">${time}</span><span class="note quiet">${note}</span></li>\n`
}

function bar({ step, startMs, durationMs, outcome }: StepRecord, end: number): Markup {
  const [from, width] = [share(startMs, end), share(durationMs, end)]
  const label =
    outcome === 'not-run'
      ? `${step}: did not run`
      : `${step}: starts after ${formatDuration(startMs)}, takes ${formatDuration(durationMs)}${outcome === 'failed' ? ', fails' : ''}`
  // Shorter than half a per cent would be invisible.
  const rect =
    outcome === 'not-run'
      ? null
      : markup`<rect x="${Math.min(from, 99.5)}" y="0" width="${Math.max(width, 0.5)}" height="12"/>`
  return markup`<svg role="img" aria-label="${label}" viewBox="0 0 100 12" preserveAspectRatio="none">${rect}</svg>`
}

function share(ms: number, end: number): number {
  return Math.round((Math.max(0, ms) / end) * 1000) / 10
}
