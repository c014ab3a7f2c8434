import { describe, expect, test } from 'vitest'
import { configJsonSchema, settings } from './index.ts'

describe('the JSON Schema of the config', () => {
  test('knows every option with its explanation, and no other', () => {
    const paths: string[] = []
    const walk = (schema: ReturnType<typeof configJsonSchema>, prefix: string): void => {
      for (const form of [schema, ...(schema.anyOf ?? [])]) {
        if (typeof form !== 'object') continue
        for (const [key, property] of Object.entries(form.properties ?? {})) {
          if (typeof property !== 'object') continue
          if (property.description) paths.push(`${prefix}${key}`)
          else walk(property, `${prefix}${key}.`)
        }
      }
    }
    walk(configJsonSchema(), '')
    expect(paths.sort()).toEqual(settings.map(({ path }) => path).sort())
    expect(configJsonSchema().additionalProperties).toBe(false)
  })
})
