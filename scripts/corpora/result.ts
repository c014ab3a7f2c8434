/** What came of one dump or one pair of schemas. */
export interface CorpusResult {
  readonly name: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly tables: number | null
  readonly rows: number | null
  readonly statements: number | null
  /** `0/0`: statements refused in our restore and in psql's. */
  readonly refused: string | null
  /** What pg_dump says of both restored databases. */
  readonly dumps: 'equal' | 'differ' | null
  /** Differences that the comparison reports. */
  readonly findings: number | null
  /** From one server to another, of the same major or a newer one: how many were taken with the dump. */
  readonly routes: number | null
  /** Why it failed or was skipped, what was found. */
  readonly notes: readonly string[]
  readonly ms: number
}

const nothing = {
  tables: null,
  rows: null,
  statements: null,
  refused: null,
  dumps: null,
  findings: null,
  routes: null,
} as const

export function skipped(name: string, why: string): CorpusResult {
  return { name, status: 'skipped', ...nothing, notes: [why], ms: 0 }
}

export function failed(name: string, why: string, ms: number): CorpusResult {
  return { name, status: 'failed', ...nothing, notes: [why], ms }
}

const columns = [
  'file',
  'tables',
  'rows',
  'statements',
  'refused',
  'dumps',
  'routes',
  'findings',
  'seconds',
  '',
] as const

/** A table for a terminal or a log, the reasons below each line. */
export function renderTable(results: readonly CorpusResult[]): string {
  const lines = [columns, ...results.map(cellsOf)]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const shown = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === columns.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  const notes = (index: number): readonly string[] => (results[index]?.notes ?? []).map(indent)
  return shown.flatMap((line, index) => [line, ...notes(index - 1)]).join('\n')
}

function cellsOf(result: CorpusResult): readonly string[] {
  const cell = (value: number | string | null): string => (value === null ? '·' : value.toLocaleString('en'))
  const { name, tables, rows, statements, refused, dumps, routes, findings, ms, status } = result
  const cells = [tables, rows, statements, refused, dumps, routes, findings].map(cell)
  return [name, ...cells, (ms / 1_000).toFixed(1), status]
}

function indent(note: string): string {
  return note.replace(/^/gm, '    ')
}

/** The line that a machine reads. */
export function renderCount(results: readonly CorpusResult[]): string {
  const count = (status: CorpusResult['status']): number => results.filter((result) => result.status === status).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}
