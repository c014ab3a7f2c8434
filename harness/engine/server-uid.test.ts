import { expect, test } from 'vitest'
import { pickUid } from './server-uid.ts'

const lowest = (low: number): number => low

test('the server runs under a uid that no system hands out, another one each time', () => {
  expect(pickUid(4_294_967_294, lowest)).toBe(262_144)
  const many = Array.from({ length: 200 }, () => pickUid(4_294_967_294) ?? 0)
  expect(Math.min(...many)).toBeGreaterThanOrEqual(262_144)
  expect(Math.max(...many)).toBeLessThan(524_288)
  expect(new Set(many).size).toBeGreaterThan(190)
})

test('in a container that has the first 65,536 only, under one of those', () => {
  expect(pickUid(65_535, lowest)).toBe(61_184)
  expect(pickUid(10_000)).toBe(9_999)
})

test('where only root exists, under none', () => {
  expect(pickUid(0)).toBeNull()
})
