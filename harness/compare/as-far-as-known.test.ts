import { describe, expect, it } from 'vitest'
import type { Facts, ObjectFact } from '../facts/index.ts'
import { compareFacts, diffObjects } from './index.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'

const table = (properties: ObjectFact['properties'] = {}): ObjectFact =>
  objectOf('table', 'public.t', { owner: 'shop', ...properties })
const policy = objectOf('policy', 'public.t.own', { using: 'true' })
const cast = objectOf('cast', '(text AS integer)', { context: 'implicit' })

/** As an older program wrote it: nothing is said of what was looked for. */
const old = (...objects: ObjectFact[]): Facts => factsOf({ objects })
const knowing = (observed: Facts['observed'], ...objects: ObjectFact[]): Facts =>
  factsOf({ objects, ...(observed && { observed }) })
const today = { table: ['owner', 'options'], policy: ['using'], cast: ['context'] }

function differing(baseline: Facts, restored: Facts): string[] {
  const findings = compareFacts({ baseline, restored, baselineKind: 'dump-snapshot' })
  const named = findings.filter(({ status, check }) => status === 'differs' && check === 'schema')
  const diffed = diffObjects(baseline, restored).map(({ identity }) => identity)
  expect(new Set(diffed)).toEqual(new Set(named.map(({ object }) => object)))
  return named.map(({ message }) => message)
}

function notices(baseline: Facts, restored: Facts, sides?: readonly [string, string]): string[] {
  return compareFacts({ baseline, restored, baselineKind: 'dump-snapshot', ...(sides && { sides }) })
    .filter(({ status, notice }) => status === 'not-checked' && notice)
    .map(({ message }) => message)
}

describe('a baseline that does not say what it knows', () => {
  it('leaves open a kind that it could not know, and says so', () => {
    const pair = [old(table()), knowing(today, table(), cast)] as const
    expect(differing(...pair)).toEqual([])
    expect(notices(...pair)).toEqual([
      'the baseline was recorded before this was looked for, so it is not compared: table options, cast',
    ])
  })

  it('leaves open a property that none of the kind has', () => {
    expect(differing(old(table()), knowing(today, table({ options: 'fillfactor=70' })))).toEqual([])
  })

  it.each([
    ['a kind that was always looked for, and of which it has none', [table()], [table(), policy]],
    ['a kind of which it has one', [table(), cast], [table()]],
    ['a property that it has', [table({ options: null })], [table({ options: 'fillfactor=70' })]],
    ['a property that another of the kind has', [table(), objectOf('table', 'public.o', { options: null })], []],
  ])('knows %s: a difference is seen', (_, was, is) => {
    expect(differing(old(...was), knowing(today, ...is))).not.toEqual([])
  })
})

describe('a baseline that says what it knows', () => {
  it('is held against all of that, also where it has none', () => {
    expect(
      differing(knowing(today, table()), knowing(today, table({ options: 'fillfactor=70' }), policy, cast)),
    ).toEqual([
      'table public.t: options differ',
      'policy public.t.own was not there when the backup was taken',
      'cast (text AS integer) was not there when the backup was taken',
    ])
  })

  it('leaves open what it does not name', () => {
    const older = { table: today.table, policy: today.policy }
    const pair = [knowing({ ...older, table: ['owner'] }, table()), knowing(today, table({ options: 'x' }), cast)]
    const [was, is] = pair as [Facts, Facts]
    expect(differing(was, is)).toEqual([])
    expect(notices(was, is)).toEqual([
      'the baseline was recorded before this was looked for, so it is not compared: table options, cast',
    ])
    expect(differing(is, was)).toEqual([])
    expect(notices(is, was, ['a.json', 'b.json'])).toEqual([
      'b.json was recorded before this was looked for, so it is not compared: table options, cast',
    ])
  })

  it('of the same program as the other leaves nothing open', () => {
    expect(notices(knowing(today, table()), knowing(today, table()))).toEqual([])
    expect(differing(knowing(today, table()), knowing(today, table({ owner: 'other' })))).toHaveLength(1)
  })
})
