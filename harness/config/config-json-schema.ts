import { z } from 'zod'
import { configSchema } from './config-schema.ts'
import { settings } from './settings.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** The config as JSON Schema (draft 2020-12), for editors and for docs. What it can't say (dates that exist) zod checks. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  for (const { path, doc } of settings) {
    const target = propertyAt(schema, path.split('.'))
    if (target) target.description = doc
  }
  return { ...schema, title: 'rehearsal.config' }
}

/** The schema of a property, looking into alternatives: `engine.kind` is in one of the forms of `engine`. */
function propertyAt(schema: JsonSchema, path: readonly string[]): JsonSchema | null {
  const [key, ...rest] = path
  if (key === undefined) return schema
  const forms = [schema, ...(schema.anyOf ?? [])]
  for (const form of forms) {
    const property = typeof form === 'object' ? form.properties?.[key] : undefined
    if (typeof property === 'object') return propertyAt(property, rest)
  }
  return null
}
