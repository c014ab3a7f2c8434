import { countOf, formatBytes, formatCount, scrubLine } from '../harness/core/index.ts'
import type { DumpSummary } from '../harness/dump/index.ts'

const completenessWords = {
  complete: 'yes, its end marker is there',
  truncated: 'NO: it does not end as its writer ends a dump',
  unprovable: 'unknown: this writer leaves no end marker',
} as const

/** A dump's content for a person: what it is first, then its tables, then everything else, problems last and loud. */
export function renderInspection(summary: DumpSummary): string {
  return [...head(summary), ...tables(summary), ...entries(summary), ...problems(summary)].join('\n') + '\n'
}

function head(summary: DumpSummary): string[] {
  const { holds, format, compression, fileBytes, plainBytes } = summary
  const size =
    compression === 'none'
      ? formatBytes(fileBytes)
      : `${formatBytes(fileBytes)} ${compression}, ${formatBytes(plainBytes)} decompressed`
  const content =
    [holds.roles && 'roles', holds.schema && 'definitions', holds.data && 'rows'].filter(Boolean).join(', ') ||
    'nothing'
  return [
    scrubLine(summary.path),
    field('format', `${format}, ${size}`),
    field('written by', `${summary.writer}${summary.toolVersion ? ` ${scrubLine(summary.toolVersion)}` : ''}`),
    field('server', scrubLine(summary.serverVersion ?? 'not recorded')),
    field('complete', completenessWords[summary.completeness]),
    field('holds', content),
    field('schemas', summary.schemas.map((name) => scrubLine(name)).join(', ') || 'none'),
    ...(summary.extensions.length > 0
      ? [field('extensions', summary.extensions.map((name) => scrubLine(name)).join(', '))]
      : []),
    ...(summary.databases.length > 0
      ? [field('databases', summary.databases.map((name) => scrubLine(name)).join(', '))]
      : []),
  ]
}

function tables({ tables }: DumpSummary): string[] {
  if (tables.length === 0) return []
  const width = Math.max(...tables.map(({ schema, name }) => schema.length + name.length + 1))
  const rows = tables.map((table) => {
    const note = !table.hasData ? '  no data in this dump' : !table.defined ? '  not defined in this dump' : ''
    const name = scrubLine(`${table.schema}.${table.name}`).padEnd(width)
    return `  ${name}  ${formatCount(table.rows).padStart(12)} ${table.rows === 1 ? 'row ' : 'rows'}  ${formatBytes(table.bytes).padStart(9)}${note}`
  })
  const total = tables.reduce((sum, { rows }) => sum + rows, 0)
  return ['', `${countOf(tables.length, 'table')}, ${countOf(total, 'row')}`, ...rows, '']
}

function entries({ entries }: DumpSummary): string[] {
  const kinds = Object.entries(entries).map(([kind, count]) => `${kind} ${count}`)
  return kinds.length === 0 ? [] : [field('entries', scrubLine(kinds.join(', '), 2_000))]
}

function problems({ problems, format }: DumpSummary): string[] {
  return problems.flatMap(({ line, message, hint, code }) => [
    '',
    // Archives have no lines.
    `PROBLEM${format === 'plain' ? `, line ${line}` : ''}: ${scrubLine(message)} [${code}]`,
    `→ ${scrubLine(hint)}`,
  ])
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(11)} ${value}`
}
