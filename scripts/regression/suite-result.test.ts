import { expect, test } from 'vitest'
import { describeSuite, isWhole, readResult } from './suite-result.ts'

const names = Array.from({ length: 40 }, (_, index) => `test_${index}`)
const schedule = `# a comment\ntest: ${names.slice(0, 1).join(' ')}\n\ntest: ${names.slice(1).join(' ')}\n`
const outcomes = {
  15: (name: string, passes: boolean) => `     ${name}      ... ${passes ? 'ok          12 ms' : 'FAILED      12 ms'}`,
  17: (name: string, passes: boolean) => `${passes ? 'ok' : 'not ok'} 12        + ${name}      12 ms`,
}

function printed(major: keyof typeof outcomes, failing: number, run = names.length): string {
  return names
    .slice(0, run)
    .map((name, index) => outcomes[major](name, index >= failing))
    .join('\n')
}

for (const major of [15, 17] as const) {
  test(`a run of ${major} in which two of forty tests fail is whole`, () => {
    const result = readResult(schedule, printed(major, 2), '', true)
    expect(result).toMatchObject({ tests: 40, passed: 38, failed: ['test_0', 'test_1'] })
    expect(isWhole(result)).toBe(true)
    expect(describeSuite(result)).toEqual(['38 of 40 tests pass, not test_0, test_1'])
  })

  test(`a run of ${major} in which three fail is not, and says which errors were commonest`, () => {
    const diffs =
      '-t\n+ERROR:  could not access file\n+psql:a.sql:1: ERROR:  no table\n ERROR:  expected\n+ERROR:  no table\n'
    const result = readResult(schedule, printed(major, 3), diffs, true)
    expect(isWhole(result)).toBe(false)
    expect(describeSuite(result)).toEqual([
      '37 of 40 tests pass, not test_0, test_1, test_2',
      'too few of them to compare what they left: 95 % should pass',
      '2 × ERROR:  no table',
      '1 × ERROR:  could not access file',
    ])
  })

  test(`a run of ${major} that never came to some of its tests is not whole`, () => {
    expect(isWhole(readResult(schedule, printed(major, 0, 30), '', false))).toBe(false)
  })
}

test('a server of another minor than the tests may fail in more of them, and not in many', () => {
  expect(isWhole(readResult(schedule, printed(17, 6), '', false))).toBe(true)
  expect(isWhole(readResult(schedule, printed(17, 7), '', false))).toBe(false)
})

test('what ran no test is an error', () => {
  expect(() => readResult(schedule, 'psql: error: connection refused', '', true)).toThrow('the suite did not run')
})
