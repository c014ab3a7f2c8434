import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'

/** A writer that leaves no end marker: only equal definitions prove that nothing is cut off. */
export function judgeUnprovable(choice: DumpChoice, book: FindingBook): void {
  const schema = book.findings.filter(({ check, notice }) => check === 'schema' && !notice)
  const proven = schema.length > 0 && schema.every(({ status }) => status !== 'not-checked')
  for (const { file, summary } of choice.restored) {
    if (summary.completeness !== 'unprovable' || summary.problems.length > 0) continue
    if (proven)
      book.same(
        'completeness',
        file.name,
        `${file.name} has no end marker; its definitions were compared with production's instead`,
      )
    else {
      book.notChecked(
        'completeness',
        file.name,
        `${file.name} has no end marker, and there is nothing to compare its definitions with`,
        summary.writer === 'supabase-cli'
          ? 'dump with --keep-comments, or give a baseline or --production'
          : 'give a baseline or --production',
      )
    }
  }
}
