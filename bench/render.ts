import { formatBytes } from '../harness/core/index.ts'
import type { MeasuredCase } from './measure.ts'
import { stockCommand } from './run-stock.ts'
import { memoryBarBytes, nameCase, wholeBar, type ServerKind } from './scenarios.ts'
import { ratios, spread, type Spread } from './statistics.ts'
import { formatTime } from './format-time.ts'

type Line = readonly string[]

const serverNames: Readonly<Record<ServerKind, string>> = {
  default: 'a default server',
  tuned: 'a server with our settings',
}

/** Who is faster, and whether it is what was promised. Markdown, so that it can be pasted. */
export function renderRatios(cases: readonly MeasuredCase[]): string {
  const lines: Line[] = cases.flatMap((measured) => [...restoreLines(measured), ...wholeLines(measured)])
  return renderTable(['what', 'ours', 'theirs', 'their way', 'ours ÷ theirs', 'at most', 'met'], lines)
}

function restoreLines({ scenario, amount, dump, ours, stock }: MeasuredCase): Line[] {
  const mine = ours.map(({ restoreMs }) => restoreMs)
  return kinds(stock).map(([kind, theirs]) =>
    versus(`restore ${nameCase(scenario, amount, dump.format)}`, mine, theirs, {
      way: `${stockCommand(dump)} into ${serverNames[kind]}`,
      bar: amount >= scenario.promisedFrom ? scenario.bar(dump.format, kind) : null,
    }),
  )
}

/** The whole of ours against psql alone on a default server. */
function wholeLines({ scenario, amount, dump, ours, stock }: MeasuredCase): Line[] {
  const [[kind, theirs] = [null, []]] = kinds(stock).filter(([kind]) => kind === 'default')
  if (kind === null) return []
  const whole = ours.map(({ wholeMs }) => wholeMs)
  const isPromised = scenario.name === 'mixed' && dump.format === 'plain' && amount >= wholeBar.fromBytes
  return [
    versus(`whole rehearsal, ${nameCase(scenario, amount, dump.format)}`, whole, theirs, {
      way: `${stockCommand(dump)} into ${serverNames[kind]}, and nothing else`,
      bar: isPromised ? wholeBar.ratio : null,
    }),
  ]
}

function kinds(stock: MeasuredCase['stock']): [ServerKind, readonly number[]][] {
  return (['default', 'tuned'] as const).flatMap((kind) => {
    const runs = stock[kind]
    return runs === undefined || runs.length === 0 ? [] : [[kind, runs.map(({ ms }) => ms)]]
  })
}

function versus(
  what: string,
  ours: readonly number[],
  theirs: readonly number[],
  { way, bar }: { readonly way: string; readonly bar: number | null },
): Line {
  const ratio = ratios(ours, theirs)
  const met = bar === null ? '–' : ratio.median <= bar ? 'yes' : 'NO'
  const limit = bar === null ? '–' : bar.toFixed(2)
  return [what, seconds(spread(ours)), seconds(spread(theirs)), way, renderRatio(ratio), limit, met]
}

/** Time in proportion to size, and memory that does not grow with it. */
export function renderGrowth(cases: readonly MeasuredCase[]): string {
  const lines = cases.map(({ scenario, amount, dump, ours }) => {
    const restore = spread(ours.map(({ restoreMs }) => restoreMs))
    const peak = spread(ours.map(({ peakBytes }) => peakBytes)).most
    const perSecond = dump.plainBytes / (restore.median / 1_000)
    return [
      nameCase(scenario, amount, dump.format),
      formatBytes(dump.bytes),
      formatBytes(dump.plainBytes),
      seconds(restore),
      seconds(spread(ours.map(({ wholeMs }) => wholeMs))),
      `${formatBytes(perSecond)}/s`,
      formatBytes(peak),
      formatBytes(memoryBarBytes),
      peak <= memoryBarBytes ? 'yes' : 'NO',
    ]
  })
  const head = ['dump', 'size', 'as plain SQL', 'restore', 'whole', 'plain SQL restored', 'our memory, most']
  return renderTable([...head, 'at most', 'met'], lines)
}

/** Medians may come from different rounds: only {@link ratios} compares. */
function seconds({ median, least, most }: Spread): string {
  return least === most ? formatTime(median) : `${formatTime(median)} (${formatTime(least)}–${formatTime(most)})`
}

export function renderRatio({ median, least, most }: Spread): string {
  return least === most ? median.toFixed(2) : `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

export function renderTable(head: Line, lines: readonly Line[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)))
  const row = (cells: Line): string => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [row(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(row)].join('\n')
}
