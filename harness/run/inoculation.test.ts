import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixtures, rehearseSet } from './testing/rehearse-set.ts'

const sets = [
  ['edupath', '2026-11-01-pg15'],
  ['edupath', '2026-11-08-pg17'],
  ['chakai', '2026-11-01-pg15'],
  ['chakai', '2026-11-08-pg17'],
] as const

it.each(sets)('every break of a copy of %s %s is seen, in a rehearsal that is GO', async (project, name) => {
  const backup = join(fixtures, project, 'backups', name)
  const { record } = await rehearseSet(project, { backup, rpo: '3650d' }, { inoculation: { seed: 1, wanted: 1_000 } })
  const breaks = record.inoculation?.breaks ?? []
  expect(breaks.length).toBeGreaterThan(24)
  expect(breaks.filter(({ seen }) => !seen)).toEqual([])
  expect(record.inoculation?.against).toBe('baseline')
  expect(record.verdict.answer).toBe('GO')
})
