import { expect, test } from 'vitest'
import { ownedLabels, readOwner, runLabel } from './labels.ts'

test('a container carries who owns it', async () => {
  const labels = await ownedLabels('abc')
  expect(labels[runLabel]).toBe('abc')
  expect(readOwner(labels)).toMatchObject({ pid: process.pid })
})

test('a label that is not ours names no owner, and such a container is left alone', () => {
  expect(readOwner({})).toBeNull()
  expect(readOwner({ 'rehearsal.owner': '{"pid":"1"}' })).toBeNull()
  expect(readOwner({ 'rehearsal.owner': 'not json' })).toBeNull()
})
