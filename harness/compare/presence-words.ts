import type { CompareOptions } from './options.ts'

/** How messages say that one side lacks an object. */
export interface PresenceWords {
  readonly missing: string
  readonly extra: string
}

export function presenceWords(sides: CompareOptions['sides']): PresenceWords {
  if (!sides) return { missing: 'is missing', extra: 'was not there when the backup was taken' }
  return { missing: `is only in ${sides[0]}`, extra: `is only in ${sides[1]}` }
}
