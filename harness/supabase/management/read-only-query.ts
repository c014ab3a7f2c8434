import { z } from 'zod'
import { queryRows } from './answers.ts'
import type { ManagementApi } from './client.ts'
import type { Answer } from './types.ts'

/**
 * Runs one SELECT through the platform, as its role that may only read. Every name in it is schema-qualified: which
 * search path it has is not known. Only counts, sizes and names of tables are ever asked for: what comes back passes the
 * platform's own servers and logs.
 */
export async function askReadOnly(api: ManagementApi, query: string): Promise<Answer<z.infer<typeof queryRows>>> {
  return api.query(query, queryRows)
}

/** A whole number, as a number or as text. Null for anything else. */
export function wholeNumber(value: unknown): bigint | null {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : null
}
