import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { recordJsonSchema } from './record-json-schema.ts'
import { recordSchema } from './record-schema.ts'
import { readRecord, renderJson } from './render-json.ts'
import { sampleGo } from './testing/sample-go.ts'
import { hostileNames, sampleHostile } from './testing/sample-hostile.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'
import type { RehearsalRecord } from './types.ts'

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

// Checked by the compiler: a field that only one of the two has does not compile.
const schemaFitsType = (record: z.infer<typeof recordSchema>): RehearsalRecord => record
const typeFitsSchema = (record: RehearsalRecord): DeepReadonly<z.infer<typeof recordSchema>> => record

const published = new URL('../../docs/verdict.schema.json', import.meta.url)
const samples = [sampleGo(), sampleNoGo(), sampleUndecided(), ...hostileNames.map(sampleHostile)]

test('the schema and the type say the same', () => {
  const record = sampleGo()
  expect(schemaFitsType(recordSchema.parse(typeFitsSchema(record)))).toEqual(record)
})

test('docs/verdict.schema.json is what the code generates', async () => {
  await expect(recordJsonSchema()).toMatchFileSnapshot(published.pathname)
})

test('every verdict.json is valid by the published schema', async () => {
  const schema = z.fromJSONSchema(
    JSON.parse(await readFile(published, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
  )
  const failed = samples
    .map((record) => schema.safeParse(JSON.parse(renderJson(record))))
    .filter(({ success }) => !success)
  expect(failed).toEqual([])
})

test.each([
  ['an answer of its own', { verdict: { ...sampleGo().verdict, answer: 'MAYBE' } }],
  ['a field nobody knows', { rowValues: [1] }],
  ['another version', { version: 2 }],
  ['no verdict', { verdict: undefined }],
])('a record with %s is not valid', (_, change) => {
  expect(() => readRecord(JSON.stringify({ ...sampleGo(), ...change }))).toThrow(/no verdict\.json of version 1/)
})

test('a record from before migrations were rehearsed is read: it has none', () => {
  const older = { ...sampleGo(), migration: undefined }
  expect(readRecord(JSON.stringify(older)).migration).toBeNull()
  expect(() => readRecord(JSON.stringify({ ...older, migration: 'none' }))).toThrow('migration')
})

test('what was written is read back', () => {
  expect(readRecord(renderJson(sampleNoGo()))).toEqual(sampleNoGo())
  expect(() => readRecord('{')).toThrow('it is not JSON')
})

test('verdict.json holds no control characters and no credentials, whatever the record holds', () => {
  const text = renderJson({ ...sampleGo(), project: 'a\u001b[31m\u202e postgres://u:hunter2@db/x' })
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\\u001b|hunter2/)
})
