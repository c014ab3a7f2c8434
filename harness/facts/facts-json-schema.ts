import { z } from 'zod'
import { factsSchema } from './facts-schema.ts'

/** docs/facts.schema.json, as the code has it (JSON Schema 2020-12). */
export function factsJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(factsSchema, { target: 'draft-2020-12' }), null, 2)}\n`
}
