import { scrubLine } from '../../core/index.ts'
import type { PlatformFinding } from './types.ts'

type Check = PlatformFinding['check']

export function same(check: Check, message: string): PlatformFinding {
  return { check, status: 'same', notice: false, message: scrubLine(message), hint: null }
}

export function differs(check: Check, message: string, hint: string): PlatformFinding {
  return { check, status: 'differs', notice: false, message: scrubLine(message), hint }
}

export function notChecked(check: Check, message: string, hint: string): PlatformFinding {
  return { check, status: 'not-checked', notice: false, message: scrubLine(message), hint }
}

/** Takes no part in the answer. */
export function notice(check: Check, message: string, hint: string | null = null): PlatformFinding {
  return { check, status: 'same', notice: true, message: scrubLine(message), hint }
}
