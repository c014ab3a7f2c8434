import { formatCount } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'

/** Names shown before "and N more": enough to start looking, few enough to read. */
const namesShown = 3
const longestMessage = 120
const longestValue = 60

/** `public.users (expected 5,000, found 4,999), public.posts (…) and 10 more`. */
export function nameList(findings: readonly Finding[], describe: (finding: Finding) => string): string {
  const shown = [...new Set(findings.map(describe))]
  const more = shown.length - namesShown
  return shown.slice(0, namesShown).join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '')
}

/** A finding among others: its object with both values where they are short, else its object with its message. */
export function withValues(finding: Finding): string {
  const { object, expected, actual } = finding
  if (object === null) return shorten(finding.message, longestMessage)
  if (expected === null || actual === null) return withMessage(finding)
  if (expected.length > longestValue || actual.length > longestValue) return object
  return `${object} (expected ${formatCount(expected)}, found ${formatCount(actual)})`
}

/** A finding among others whose values say less than its words. */
export function withMessage({ object, message }: Finding): string {
  const short = shorten(message, longestMessage)
  return object === null || names(short, object) ? short : `${object}: ${short}`
}

/** Only the name: what differs is shown elsewhere, as a diff. */
export function nameOnly({ object, message }: Finding): string {
  return object ?? shorten(message, longestMessage)
}

/** How far a count is off: all of it where nothing came back, 0 where it is no count. */
export function missingRows({ expected, actual }: Finding): bigint {
  if (expected === null || !/^\d+$/.test(expected)) return 0n
  if (actual === null) return BigInt(expected)
  return /^\d+$/.test(actual) ? BigInt(expected) - BigInt(actual) : 0n
}

/** A short name (`a`) may occur in any sentence by chance. */
function names(message: string, object: string): boolean {
  return (
    message.startsWith(object) || message.includes(`"${object}"`) || (object.includes('.') && message.includes(object))
  )
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
