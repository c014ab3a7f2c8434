import { z } from 'zod'
import { recordSchema } from './record-schema.ts'

/** docs/verdict.schema.json, as the code has it (JSON Schema 2020-12). */
export function recordJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(recordSchema, { target: 'draft-2020-12', io: 'input' }), null, 2)}\n`
}
