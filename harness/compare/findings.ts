import { formatCount, scrub, scrubLine } from '../core/index.ts'
import type { Gravity } from './gravity.ts'
import type { CheckId, Finding } from './types.ts'

interface Details {
  readonly object?: string | null
  readonly message: string
  readonly expected?: string | null
  readonly actual?: string | null
  readonly remedy?: string | null
  readonly attribution?: Finding['attribution']
  readonly notice?: boolean
  readonly gravity?: Gravity
}

/** Of what differs in a check, where nothing says more: rows, and what holds them, are data. */
export const gravityOfCheck: Readonly<Partial<Record<CheckId, Gravity>>> = {
  tables: 'lost data',
  'row counts': 'lost data',
  'row content': 'lost data',
}

/** Values shown beside a finding may be function bodies: enough to recognise, not the whole. */
const longestValue = 2_000

export function same(check: CheckId, details: Details): Finding {
  return finding(check, 'same', details)
}

/** Rows that differ are lost data unless it is said otherwise. */
export function differs(check: CheckId, details: Details): Finding {
  return {
    ...finding(check, 'differs', details),
    gravity: details.gravity ?? gravityOfCheck[check] ?? 'lost behaviour',
  }
}

/** Always with a remedy. */
export function notChecked(check: CheckId, details: Details & { readonly remedy: string }): Finding {
  return finding(check, 'not-checked', details)
}

function finding(check: CheckId, status: Finding['status'], details: Details): Finding {
  return {
    check,
    status,
    object: clean(details.object, scrubLine),
    notice: details.notice ?? false,
    message: scrubLine(details.message),
    expected: clean(details.expected, shorten),
    actual: clean(details.actual, shorten),
    remedy: details.remedy ?? null,
    attribution: details.attribution ?? null,
  }
}

function clean(text: string | null | undefined, how: (text: string) => string): string | null {
  return text === null || text === undefined ? null : how(text)
}

function shorten(text: string): string {
  const shown = scrub(text)
  return shown.length > longestValue ? `${shown.slice(0, longestValue - 1)}…` : shown
}

/** `1 row`, `5,000 rows`. */
export function rowsOf(rows: string | number | bigint): string {
  return `${formatCount(rows)} ${BigInt(rows) === 1n ? 'row' : 'rows'}`
}
