import { scrubLine } from '../core/index.ts'
import type { CheckId, Finding } from '../compare/index.ts'

type Details = Partial<Omit<Finding, 'check' | 'status' | 'object' | 'message'>>

/** A finding about one object; everything that is not said is absent. */
export function finding(
  check: CheckId,
  status: Finding['status'],
  object: string | null,
  message: string,
  details: Details = {},
): Finding {
  const plain = { notice: false, expected: null, actual: null, remedy: null, attribution: null }
  return {
    check,
    status,
    object: object === null ? null : scrubLine(object),
    message: scrubLine(message),
    ...plain,
    ...details,
  }
}
