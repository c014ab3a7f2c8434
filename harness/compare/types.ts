import type { Gravity } from './gravity.ts'

/** The checks a rehearsal knows. A spec's test adds `spec:<file> > <title>`. */
export type CheckId =
  | 'artefacts'
  | 'completeness'
  | 'content kind'
  | 'restore'
  | 'engine'
  | 'tables'
  | 'row counts'
  | 'row content'
  | 'sequences'
  | 'schema'
  | 'access'
  | 'writes'
  | 'queries'
  | 'inoculation'
  | 'age'
  | 'size'
  | 'recovery time'
  | 'storage'
  | 'baseline'
  | `spec:${string}`

export type FindingStatus = 'same' | 'differs' | 'not-checked'

/** One check's answer on one object. `not-checked` always says why and what to do. */
export interface Finding {
  readonly check: CheckId
  readonly status: FindingStatus
  /** `public.users`, a file name, a query's name; null when the check has a single object. */
  readonly object: string | null
  /** Notices are shown and never change the answer. */
  readonly notice: boolean
  /** One line: what was seen. Scrubbed; no row values. */
  readonly message: string
  readonly expected: string | null
  readonly actual: string | null
  /** What to do next; required for `not-checked`. */
  readonly remedy: string | null
  /** For lost rows: is the dump short, or did the restore lose them? */
  readonly attribution: 'dump' | 'restore' | null
  /** How much it matters, of a difference between two databases: gravest first is how findings are listed. */
  readonly gravity?: Gravity
}
