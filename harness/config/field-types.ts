import { z } from 'zod'
import { Fault, parseBytes, parseDuration } from '../core/index.ts'

/* The small types of the config. Every `error` says what is allowed: it is the second half of a problem's line. */

const says = (allowed: string) => ({ error: allowed })

export const name = (what: string) =>
  z
    .string(says(what))
    .trim()
    .min(1, says(what))
    .max(1_000, says(`${what}, of at most 1,000 characters`))

const isParsed = (parse: (text: string) => number) => (text: string) => {
  try {
    return Number.isFinite(parse(text))
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}

const sizeSays = says('write a size such as "10MB" or "1.5GB" (units of 1,024), or a number of bytes')
export const size = z.union(
  [z.string(sizeSays).refine(isParsed(parseBytes), sizeSays), z.int(sizeSays).nonnegative(sizeSays)],
  sizeSays,
)

const durationSays = says('write a duration such as "30m", "24h" or "7d"')
export const duration = z.string(durationSays).refine(isParsed(parseDuration), durationSays)

const limitSays = says('write a duration above 0, such as "30m", "24h" or "7d"')
export const timeLimit = duration.refine((text) => isParsed(parseDuration)(text) && parseDuration(text) > 0, limitSays)

const ratioSays = says('write a share such as "5%", or 0.05; from 0 to 1')
export const ratio = z.union(
  [
    z.number(ratioSays).min(0, ratioSays).max(1, ratioSays),
    z.templateLiteral([z.number(), '%'], ratioSays).refine((value) => isRatio(parseRatio(value)), ratioSays),
  ],
  ratioSays,
)

const isRatio = (value: number): boolean => value >= 0 && value <= 1

/** `'5%'`, `'0.05'` or `0.05` → 0.05; NaN for what is none. */
export function parseRatio(value: string | number): number {
  if (typeof value === 'number') return value
  const match = /^\s*(\d{1,3}(?:\.\d{1,6})?)\s*(%?)\s*$/.exec(value)
  return match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN
}

/** The name of a variable that holds a secret, which itself never stands in a config. */
export const variableOf = (what: string, example: string) =>
  z.templateLiteral(
    ['env:', z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)],
    says(`name the environment variable that holds ${what}, like "env:${example}"`),
  )

export const connectionName = variableOf('the connection', 'DATABASE_URL')

const addressSays = says('write the address of the project, https://<ref>.supabase.co, or env:NAME')
export const projectAddress = z
  .string(addressSays)
  .regex(/^(?:env:[A-Za-z_]\w*|https?:\/\/[^\s/@?#]+\/?)$/, addressSays)

const refSays = says('write the word before .supabase.co in the project’s address: twenty lowercase letters')
export const projectRef = z.string(refSays).regex(/^[a-z]{20}$/, refSays)

export const variableName = z
  .string(says('write the name of an environment variable'))
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, says('write the name of an environment variable, without its value'))

const countSays = says('write a whole number, 0 or more')
export const count = z.int(countSays).nonnegative(countSays)

const rangeSays = says('write { min, max }, either or both, min not above max')
export const range = z
  .strictObject({ min: z.number(rangeSays).optional(), max: z.number(rangeSays).optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, rangeSays)
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, rangeSays)

const daySays = says('write a day that exists as YYYY-MM-DD')
export const day = z.iso.date(daySays)
