import type { Classified } from '../classify.ts'
import { tokensOf } from '../tokens.ts'

/** A setting of the session as a statement leaves it; `value: null` is the default again. */
export interface SessionSetting {
  readonly name: string
  readonly value: string | null
  /** As a boolean; the default of those that matter here is on. */
  readonly isOn: boolean
}

/** `SET x = y`, `RESET x`, `SELECT set_config('x', 'y', …)`. RESET ALL is told as standard_conforming_strings alone. */
export function sessionSetting({ verb, parts }: Classified, sql: string): SessionSetting | null {
  const name = parts?.[0]?.toLowerCase()
  if (name === undefined) return null
  if (verb === 'RESET') {
    return { name: name === 'all' ? 'standard_conforming_strings' : name, value: null, isOn: true }
  }
  const tokens = tokensOf(sql).take(16).toArray()
  const value =
    verb === 'SET'
      ? tokens.findLast((token) => token.kind !== 'symbol')
      : tokens.filter((token) => token.kind === 'text')[1]
  const text = value?.text.toLowerCase() === 'default' ? null : (value?.text ?? null)
  return { name, value: text, isOn: text === null || !/^(?:of|off|f|fa|fal|fals|false|n|no|0)$/i.test(text) }
}
