import { scrubLine, type FaultCode } from '../core/index.ts'
import type { BackupProblem } from './types.ts'

/** A problem with its texts fit for a person: names in them come from the disk. */
export function problem(
  code: FaultCode,
  message: string,
  details: { readonly hint: string; readonly object?: string | null; readonly notice?: boolean },
): BackupProblem {
  return {
    code,
    message: scrubLine(message),
    hint: details.hint,
    object: details.object ? scrubLine(details.object) : null,
    notice: details.notice ?? false,
  }
}
