import { describe, expect, it } from 'vitest'
import type { Facts, ObjectFact, ObjectKind } from '../facts/index.ts'
import { equaliseMajors } from './equalise-majors.ts'

function factsOf(major: number, objects: readonly ObjectFact[]): Facts {
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt: '2026-01-01T00:00:00.000Z',
    source: 'dump-snapshot',
    server: {
      version: `${major}.1`,
      major,
      database: 'app',
      encoding: 'UTF8',
      collation: 'C',
      ctype: 'C',
      systemIdentifierHash: null,
      databaseBytes: '0',
    },
    schemas: ['public'],
    objects,
    tables: [],
    sequences: [],
  }
}

function object(kind: ObjectKind, identity: string, properties: Record<string, string | null>): ObjectFact {
  return { kind, identity, properties, deparsed: [] }
}

type Side = readonly [major: number, objects: readonly ObjectFact[]]

/** Whether both say the same, whichever of them is the restored one. */
function areEqual([aMajor, a]: Side, [bMajor, b]: Side): boolean {
  const forth = equaliseMajors(factsOf(aMajor, a), factsOf(bMajor, b)).map(({ objects }) => JSON.stringify(objects))
  const back = equaliseMajors(factsOf(bMajor, b), factsOf(aMajor, a)).map(({ objects }) => JSON.stringify(objects))
  expect(forth).toEqual(back.toReversed())
  return forth[0] === forth[1]
}

const publicSchema = (owner: string, privileges: string) => [object('schema', 'public', { owner, privileges })]
const asBefore15 = publicSchema('postgres', 'PUBLIC: CREATE, USAGE\npostgres: CREATE, USAGE')
const asSince15 = publicSchema('pg_database_owner', 'PUBLIC: USAGE\npg_database_owner: CREATE, USAGE')
const role = (inherit: string, memberOf: string) => [object('role', 'app', { inherit, 'member of': memberOf })]
const table = (persistence: string, partitioned: string | null) => [
  object('table', 'public.t', { 'partitioned by': partitioned, persistence }),
]
const publication = (generated: string | null) => [object('publication', 'p', { 'generated columns': generated })]
const range = (subtype: string, multirange: string | null) => [
  object('type', 'public.r', { multirange, subtype, type: 'range' }),
]
const icu = (collate: string | null, locale: string | null) => [
  object('collation', 'public.c', { collate, ctype: collate, locale, provider: 'icu' }),
]
const privileged = (privileges: string) => [object('table', 'public.t', { privileges })]
const notNull = [object('constraint', 'public.t.t_a_not_null', { type: 'not null', definition: 'NOT NULL a' })]
const check = [object('constraint', 'public.t.c', { type: 'check', definition: 'CHECK (a)' })]

/** The same thing, as an older and a newer major say it; then a change that looks like it, and is one. */
const rules: readonly (readonly [string, Side, Side, Side])[] = [
  ['a range’s multirange (14)', [13, range('date', null)], [17, range('date', 'r_multi')], [17, range('time', 'm')]],
  ['an ICU collation’s locale (15)', [14, icu('de', null)], [15, icu(null, 'de')], [15, icu(null, 'fr')]],
  [
    'an ICU collation’s language tag (16)',
    [14, icu('de@collation=phonebook', null)],
    [17, icu(null, 'de-u-co-phonebk')],
    [17, icu(null, 'de-u-co-eor')],
  ],
  ['the schema public as it came (15)', [13, asBefore15], [17, asSince15], [17, publicSchema('app', 'app: USAGE')]],
  [
    'memberships of one who does not inherit (16)',
    [15, role('false', 'ops, ops with admin')],
    [17, role('false', 'ops with admin without inherit, ops without inherit')],
    [17, role('false', 'ops, ops with admin')],
  ],
  [
    'memberships of one who inherits (16)',
    [15, role('true', 'ops')],
    [16, role('true', 'ops')],
    [16, role('true', 'ops without set')],
  ],
  [
    'an owner’s MAINTAIN, also of what comes with the server (17)',
    [
      16,
      [
        object('changed privileges', 'pg_catalog."view pg_catalog.pg_shadow"', {
          privileges: 'app: SELECT\nowner: SELECT',
        }),
      ],
    ],
    [
      17,
      [
        object('changed privileges', 'pg_catalog."view pg_catalog.pg_shadow"', {
          privileges: 'app: SELECT\nowner: MAINTAIN, SELECT',
        }),
      ],
    ],
    [
      17,
      [
        object('changed privileges', 'pg_catalog."view pg_catalog.pg_shadow"', {
          privileges: 'other: SELECT\nowner: MAINTAIN, SELECT',
        }),
      ],
    ],
  ],
  [
    'an owner’s MAINTAIN (17)',
    [16, privileged('app: SELECT')],
    [17, privileged('app: MAINTAIN, SELECT')],
    [17, privileged('app: MAINTAIN')],
  ],
  ['names of NOT NULL (18)', [17, []], [18, notNull], [18, check]],
  ['generated columns not published (18)', [17, publication(null)], [18, publication('n')], [18, publication('s')]],
  [
    'partitioned tables without a persistence (18)',
    [15, table('unlogged', 'LIST (a)')],
    [18, table('permanent', 'LIST (a)')],
    [18, table('unlogged', null)],
  ],
]

describe('across majors', () => {
  it.each(rules)('%s: the same in other words', (_, older, newer) => {
    expect(areEqual(older, newer)).toBe(true)
  })

  it.each(rules)('%s: a real change stays one', (_, older, __, changed) => {
    expect(areEqual(older, changed)).toBe(false)
  })

  it.each(rules)('%s: no rule within one major', (_, [, older], [major, newer]) => {
    const alike = JSON.stringify(older) === JSON.stringify(newer)
    expect(areEqual([major, older], [major, newer])).toBe(alike)
  })

  it('what was changed on the schema public since initdb is told by its privileges', () => {
    const changed = [object('changed privileges', 'public."schema public"', { privileges: 'PUBLIC: CREATE' })]
    const elsewhere = [object('changed privileges', 'public."schema other"', { privileges: 'PUBLIC: CREATE' })]
    expect(areEqual([13, asBefore15], [17, [...asBefore15, ...changed]])).toBe(true)
    expect(areEqual([13, asBefore15], [17, [...asBefore15, ...elsewhere]])).toBe(false)
    expect(areEqual([15, asBefore15], [17, [...asBefore15, ...changed]])).toBe(false)
  })

  it('a schema public that somebody changed is compared as it is', () => {
    const locked = publicSchema('postgres', 'postgres: CREATE, USAGE')
    expect(areEqual([13, locked], [17, asSince15])).toBe(false)
    expect(areEqual([13, asBefore15], [17, asBefore15])).toBe(true)
  })
})
