import { describe, expect, it } from 'vitest'
import { parseFacts, serialiseFacts, type Facts } from './index.ts'

const facts: Facts = {
  kind: 'rehearsal-facts',
  version: 1,
  takenAt: '2026-11-22T03:00:00.000Z',
  source: 'dump-snapshot',
  server: {
    version: '15.18',
    major: 15,
    database: 'shop',
    encoding: 'UTF8',
    collation: 'C',
    ctype: 'C',
    systemIdentifierHash: null,
    databaseBytes: '7000000',
  },
  schemas: ['public'],
  objects: [{ kind: 'table', identity: 'public.t', properties: { b: null, a: 'x' }, deparsed: [] }],
  tables: [
    {
      schema: 'public',
      name: 't',
      persistence: 'permanent',
      populated: true,
      rows: '1',
      fingerprint: '-7',
      columns: ['a'],
    },
  ],
  sequences: [],
}

describe('a facts file', () => {
  it('comes back as it went', () => {
    expect(parseFacts(serialiseFacts(facts))).toEqual(facts)
  })

  it('has the same bytes whatever the order of properties', () => {
    const { kind, ...rest } = facts
    expect(serialiseFacts({ ...rest, kind })).toBe(serialiseFacts(facts))
    expect(serialiseFacts(facts).endsWith('}\n')).toBe(true)
  })

  it.each([
    ['no JSON', '{'],
    ['another kind of file', '{"kind": "manifest"}'],
    ['a property nobody knows', serialiseFacts(facts).replace('"schema":', '"shema": "x", "schema":')],
    ['rows as a number', serialiseFacts(facts).replace('"rows":"1"', '"rows":1')],
    ['a kind of object nobody knows', serialiseFacts(facts).replace('"kind":"table"', '"kind":"tabel"')],
    ['a later version', serialiseFacts(facts).replace('"version": 1', '"version": 2')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseFacts(text)).toThrow(expect.objectContaining({ code: 'E_BASELINE_INVALID' }))
  })
})
