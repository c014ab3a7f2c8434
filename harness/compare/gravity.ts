import type { Finding } from './types.ts'

/**
 * How much a difference matters, gravest first. `gained access`: somebody may do in the restored database what they may
 * not in production; of all that can differ in definitions it is the gravest.
 */
export const gravities = [
  'lost data',
  'gained access',
  'lost protection',
  'lost behaviour',
  'performance',
  'cosmetic',
] as const

export type Gravity = (typeof gravities)[number]

/** 0 is the gravest. */
export function rankOfGravity(gravity: Gravity): number {
  return gravities.indexOf(gravity)
}

/** The gravest of several; undefined of none. */
export function gravestOf(several: Iterable<Gravity>): Gravity | undefined {
  const present = new Set(several)
  return gravities.find((gravity) => present.has(gravity))
}

/**
 * What differs first, the gravest of it before the rest; then what was not checked, then notices, then what is the
 * same. What has no gravity (a damaged file, a refused statement) comes before what has. Otherwise the order stays.
 */
export function gravestFirst<T extends Finding>(findings: readonly T[]): T[] {
  return findings.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function placeOf({ status, notice, gravity }: Finding): number {
  const group = status === 'same' ? 3 : notice ? 2 : status === 'not-checked' ? 1 : 0
  return group * (gravities.length + 1) + (gravity === undefined ? 0 : rankOfGravity(gravity) + 1)
}
