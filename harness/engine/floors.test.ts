import { describe, expect, it } from 'vitest'
import { advisories, advisoriesAgainst, floorOf, floorsTooOld, readProgramVersion, type Program } from './floors.ts'

/** The newest minor of each major that was out when the table was made. 18.5 never was. */
const newestMinors: Readonly<Record<number, number>> = { 15: 20, 16: 16, 17: 12, 18: 7 }
const minors = Object.entries(newestMinors).flatMap(([major, newest]) =>
  Array.from({ length: newest + 1 }, (_, minor) => `${major}.${minor}`),
)

/** The first minor that nothing is known against, written out by hand: the table must not move unseen. */
const expected: Readonly<Record<Program, Readonly<Record<number, string | null>>>> = {
  pg_restore: { 13: null, 14: '14.25', 15: '15.20', 16: '16.16', 17: '17.12', 18: '18.7', 19: null },
  psql: { 13: null, 14: '14.24', 15: '15.19', 16: '16.15', 17: '17.11', 18: '18.6', 19: null },
  pg_dump: { 13: null, 14: '14.23', 15: '15.18', 16: '16.14', 17: '17.10', 18: '18.4', 19: null },
  server: { 13: null, 14: '14.25', 15: '15.20', 16: '16.16', 17: '17.12', 18: '18.7', 19: null },
}
const programs = ['psql', 'pg_restore', 'pg_dump', 'server'] as const
const read = (said: string) => readProgramVersion(said) ?? expect.fail(said)

describe('the floor', () => {
  it.each(programs)('of %s is what the published fixes say, major by major', (program) => {
    const majors = Object.keys(expected[program]).map(Number)
    expect(Object.fromEntries(majors.map((major) => [major, floorOf(program, major)]))).toEqual(expected[program])
  })

  it.each(minors)('parts the minors at %s, for every program', (said) => {
    const version = read(said)
    for (const program of programs) {
      const floor = read(expected[program][version.major] ?? '')
      expect([program, advisoriesAgainst(program, version).length > 0]).toEqual([program, version.minor < floor.minor])
    }
  })

  it.each(['18beta1', '17devel', '17rc1', '13.23', '9.6.24', '14.22'])('lets %s pass for no program', (said) => {
    for (const program of programs) expect(advisoriesAgainst(program, read(said))).not.toEqual([])
  })

  it.each(['15.20 (Debian 15.20-0+deb12u1)', '17.13', '19.0', '19beta2'])('lets %s pass for every program', (said) => {
    for (const program of programs) expect(advisoriesAgainst(program, read(said))).toEqual([])
  })
})

it('names what is known against a version, each with the minor that mends it', () => {
  expect(advisoriesAgainst('pg_restore', read('15.18')).map(({ cve }) => cve)).toEqual(['CVE-2026-116314'])
  expect(advisoriesAgainst('psql', read('15.3')).map(({ cve }) => cve)).toEqual([
    'CVE-2026-18408',
    'CVE-2025-8714',
    'CVE-2026-6477',
  ])
  for (const { fixedIn } of advisories) expect(Object.keys(fixedIn)).not.toEqual([])
})

it('takes nothing else for a version', () => {
  expect(readProgramVersion('unknown')).toBeNull()
  expect(readProgramVersion('')).toBeNull()
  expect(read('17.12 (Debian 17.12-0+deb13u1)')).toEqual({ major: 17, minor: 12, text: '17.12' })
  expect(read('18beta1')).toEqual({ major: 18, minor: 0, text: '18beta1' })
})

it('is too old to be relied on after 100 days', () => {
  expect(floorsTooOld(new Date('2026-11-22T12:00:00Z'))).toBeNull()
  expect(floorsTooOld(new Date('2027-03-02T23:00:00Z'))).toBeNull()
  expect(floorsTooOld(new Date('2027-03-03T00:00:00Z'))).toBe(101)
})
