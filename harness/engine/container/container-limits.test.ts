import { expect, test } from 'vitest'
import { limitsFor } from './container-limits.ts'

const gibibyte = 1024 ** 3

test('a small dump lies in memory, with room to grow and to sort beside it', () => {
  const { memoryBytes, dataBytes } = limitsFor({ memoryBytes: 16 * gibibyte, cores: 4 }, 10_000_000)
  expect(dataBytes).toBe(Math.floor(6.4 * gibibyte))
  expect(memoryBytes - (dataBytes ?? 0)).toBe(3.5 * gibibyte)
})

test('a large one lies on disk, and sorts in memory', () => {
  const { memoryBytes, dataBytes } = limitsFor({ memoryBytes: 16 * gibibyte, cores: 4 }, 5 * gibibyte)
  expect(dataBytes).toBeNull()
  expect(memoryBytes).toBe(3.5 * gibibyte)
})

test.each([1, 2, 4, 64])('a machine of %i GiB keeps some of it, and the data leaves some to the server', (size) => {
  for (const plainBytes of [0, gibibyte / 4, gibibyte, 40 * gibibyte]) {
    const { memoryBytes, dataBytes } = limitsFor({ memoryBytes: size * gibibyte, cores: 16 }, plainBytes)
    expect(memoryBytes).toBeLessThanOrEqual(0.85 * size * gibibyte)
    expect(memoryBytes - (dataBytes ?? 0)).toBeGreaterThanOrEqual(
      0.44 * size * gibibyte < 1.5 * gibibyte ? 0.44 * size * gibibyte : 1.5 * gibibyte,
    )
  }
})
