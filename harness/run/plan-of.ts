import type { ConfigValues } from '../config/index.ts'
import { planChecks, type PlannedCheck } from '../verdict/index.ts'
import type { Gathered } from './gathered.ts'

/** The checks that config and what was found ask for. */
export function planOf(values: ConfigValues, gathered: Gathered): PlannedCheck[] {
  const { expected, critical, minCount, minRows } = values.tables
  const source = gathered.baseline?.source
  return planChecks({
    baseline: source === undefined ? 'none' : source === 'live' ? 'live' : 'dump-snapshot',
    parity: values.parity,
    expect: values.expect,
    depth: values.depth,
    access: gathered.baseline?.access !== undefined,
    storage: gathered.storage !== null,
    inoculate: values.inoculate,
    expectedTables:
      expected.length + critical.length + Object.keys(minRows).length + Object.keys(minCount.bySchema).length > 0 ||
      minCount.total !== null,
    queries: values.queries.length > 0,
    rpo: values.budgets.rpoMs !== null,
    sizes:
      values.sizes.minBytes !== null ||
      values.sizes.minRatioToDatabase !== null ||
      Object.keys(values.sizes.tables).length > 0,
    rto: values.budgets.rtoMs !== null,
  })
}
