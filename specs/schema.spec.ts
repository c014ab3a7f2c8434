import { claims, expect, rehearsal, test } from '../harness/vitest/index.ts'

claims('schema', ({ object }) => `${object ?? 'every object'} is defined as in production`)

test('no definition differs', ({ task, findings, skip }) => {
  task.meta.mirrors = 'schema'
  const schema = findings.filter(({ check, notice }) => check === 'schema' && !notice)
  if (schema.every(({ status }) => status === 'not-checked')) skip('the schema was not compared')
  const differing = schema.filter(({ status }) => status === 'differs').map(({ object }) => ` ${object}`)
  const diffs = rehearsal().schemaDiffs.filter(({ object }) => differing.some((name) => object.endsWith(name)))
  expect(diffs.map(({ diff }) => diff).join('\n')).toBe('')
})
