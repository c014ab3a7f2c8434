import { z } from 'zod'
import { suggestKey } from './suggest-key.ts'

/** A section of the config: unknown keys are errors that say which keys there are. */
export function section<const S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return suggestKey(issue.keys ?? [], Object.keys(shape))
      return `write an object with ${Object.keys(shape).join(', ')}`
    },
  })
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `write one of ${values.map((value) => `'${value}'`).join(', ')}` })
}
