import { asFarAsKnown, unknownNotices } from './as-far-as-known.ts'
import { compareCollationVersions } from './compare-collation-versions.ts'
import { compareExtensionTables } from './compare-extension-tables.ts'
import { compareObjects } from './compare-objects.ts'
import { compareRelations } from './compare-relations.ts'
import { compareRowContent } from './compare-row-content.ts'
import { compareRowCounts } from './compare-row-counts.ts'
import { compareSequences } from './compare-sequences.ts'
import { equaliseMajors } from './equalise-majors.ts'
import { ObjectIndex } from './object-index.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

/**
 * Compares a restored database with what was recorded of its source (docs/verdict-rules.md). Pure: no database, no
 * clock. Every check answers at least once. Give `restored` facts that were taken over the same schemas, and a
 * `baseline` whose deparsed texts went through `reparseDifferences`: a restore spells some expressions otherwise.
 */
export function compareFacts(options: CompareOptions): Finding[] {
  const known = asFarAsKnown(options.baseline, options.restored)
  const [baseline, restored] = equaliseMajors(...known.facts)
  const { notCovered } = options
  const indexes = [new ObjectIndex(baseline, notCovered), new ObjectIndex(restored, notCovered)] as const
  return [
    ...compareRelations(options, indexes),
    ...compareRowCounts(options),
    ...compareExtensionTables(options),
    ...compareRowContent(options),
    ...compareSequences(options),
    ...compareObjects({ ...options, baseline, restored }, indexes),
    ...compareCollationVersions(options, indexes),
    ...unknownNotices(known, options.sides),
  ]
}
