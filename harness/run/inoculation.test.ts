import { join } from 'node:path'
import { expect, it } from 'vitest'
import { catalogue } from '../inoculation/index.ts'
import { fixtures, rehearseSet } from './testing/rehearse-set.ts'

/** No table of theirs is without a key, there are no large objects, and the dump has no settings of its database. */
const neither = ['one row there twice', 'large object overwritten', 'setting of the database']
/** No row security, and no roles of an API: nobody to look as. */
const withoutViewers = catalogue.flatMap(({ name, check }) =>
  check === 'access' || /^policy|^row security/.test(name) ? [name] : [],
)

const sets = [
  ['edupath', '2026-11-01-pg15', neither],
  ['edupath', '2026-11-08-pg17', neither],
  ['chakai', '2026-11-01-pg15', [...neither, ...withoutViewers]],
  ['chakai', '2026-11-08-pg17', [...neither, ...withoutViewers]],
] as const

it.each(sets)(
  'every break but those that %s %s has nothing for is seen, in a rehearsal that is GO',
  async (project, name, impossible) => {
    const backup = join(fixtures, project, 'backups', name)
    const { record } = await rehearseSet(project, { backup, rpo: '3650d' }, { inoculation: { seed: 1, wanted: 1_000 } })
    const breaks = record.inoculation?.breaks ?? []
    const possible = catalogue.map((one) => one.name).filter((one) => !impossible.includes(one))
    expect(breaks.map((one) => one.name).toSorted()).toEqual(possible.toSorted())
    expect(breaks.filter(({ seen }) => !seen)).toEqual([])
    expect(record.inoculation?.against).toBe('baseline')
    expect(record.verdict.answer).toBe('GO')
  },
)
