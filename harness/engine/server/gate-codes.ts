import type { Outcome, Refusal } from '../../postgres/index.ts'

/**
 * Not PostgreSQL's codes: they say that a statement never reached the server. Ours is the class `RH`.
 * `leftAlone`: about what was there before, and nothing is lost by leaving it as it is.
 * `notRun`: about what is not ours to change; what it would have done is not checked.
 */
export const gateCode = { leftAlone: 'RH001', notRun: 'RH002', together: 'RH003' } as const

/** As a refusal of the server's, so that it is written down like one. */
export function gateRefusal(code: string, message: string): Extract<Outcome, { ok: false }> {
  const nothing = { detail: null, schema: null, table: null, column: null, constraint: null }
  const refusal: Refusal = { code, message, ...nothing }
  return { ok: false, refusal }
}
