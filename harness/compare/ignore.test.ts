import { describe, expect, it } from 'vitest'
import type { AccessFacts } from '../facts/index.ts'
import { parseIgnoreRule, withoutIgnored } from './ignore.ts'
import { factsOf, objectOf } from './testing/sample-facts.ts'

const sight = { kind: 'table', privileges: 'SELECT', rows: '3', fingerprint: '1' } as const
const access: AccessFacts = {
  viewers: ['anon', 'authenticated'].map((name) => ({
    name,
    role: name,
    user: null,
    sights: ['public.cache', 'public.notes'].map((relation) => ({ ...sight, relation })),
  })),
}
const rows = { persistence: 'permanent', populated: true, rows: '3', fingerprint: '1', columns: ['id'] } as const
const facts = factsOf({
  access,
  objects: [objectOf('table', 'public.cache'), objectOf('table', 'public.notes')],
  tables: ['cache', 'notes'].map((name) => ({ schema: 'public', name, ...rows })),
})

/** What is left: sights of either viewer, tables, and rows; and whether the rule was of use. */
function left(text: string) {
  const rule = parseIgnoreRule(text)
  const { facts: kept, used } = withoutIgnored(facts, [rule])
  return {
    seen: kept.access?.viewers.map(({ sights }) => sights.map(({ relation }) => relation)),
    objects: kept.objects.map(({ identity }) => identity),
    rows: kept.tables.map(({ name }) => name),
    isUsed: used.has(rule),
  }
}

const both = ['public.cache', 'public.notes']

describe('left out of a comparison', () => {
  it('access: nobody’s sights are compared, everything else is', () => {
    expect(left('access')).toEqual({ seen: [[], []], objects: both, rows: ['cache', 'notes'], isUsed: true })
  })

  it('access to what fits the pattern', () => {
    const seen = [['public.notes'], ['public.notes']]
    expect(left('access:public.c*')).toEqual({ seen, objects: both, rows: ['cache', 'notes'], isUsed: true })
    expect(left('access:public.none')).toMatchObject({ seen: [both, both], isUsed: false })
  })

  it('rows, or a table as a whole: who sees them, too', () => {
    const seen = [['public.notes'], ['public.notes']]
    expect(left('rows:public.cache')).toEqual({ seen, objects: both, rows: ['notes'], isUsed: true })
    expect(left('table:public.cache')).toEqual({ seen, objects: ['public.notes'], rows: ['notes'], isUsed: true })
  })

  it('nothing that has no name of ours', () => {
    expect(() => parseIgnoreRule('acces')).toThrow('"acces" is nothing that can be ignored')
  })
})
