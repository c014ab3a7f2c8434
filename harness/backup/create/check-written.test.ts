import { describe, expect, it } from 'vitest'
import { checkWritten } from './check-written.ts'

const tables = [
  { oid: '1', schema: 'public', name: 'a', kind: 'r' },
  { oid: '2', schema: 'public', name: 'b.c', kind: 'r' },
  { oid: '3', schema: 'public', name: 'whole', kind: 'p' },
]
const counted = [
  { schema: 'public', name: 'a', rows: 3 },
  { schema: 'public', name: 'b.c', rows: 0 },
]
const whole = { isComplete: true, problems: [], tables: counted }

describe('a dump that was just written', () => {
  it('holds each table with as many rows as were counted', () => {
    expect(checkWritten(whole, tables, counted)).toEqual({ rows: 3, tables: 2, uncounted: [] })
  })

  it.each([
    ['a row less', { tables: [{ schema: 'public', name: 'a', rows: 2 }, ...counted.slice(1)] }, 'E_DUMP_SHORT'],
    ['a row more', { tables: [{ schema: 'public', name: 'a', rows: 4 }, ...counted.slice(1)] }, 'E_DUMP_SHORT'],
    ['a table less, be it an empty one', { tables: counted.slice(0, 1) }, 'E_DUMP_SHORT'],
    ['no end', { isComplete: false }, 'E_DUMP_TRUNCATED'],
    ['a problem', { problems: ['wrong'] }, 'E_DUMP_DAMAGED'],
  ])('with %s is none', (_, change, code) => {
    expect(() => checkWritten({ ...whole, ...change }, tables, counted)).toThrow(expect.objectContaining({ code }))
  })

  it('names what nobody counted', () => {
    expect(checkWritten(whole, tables, counted.slice(1)).uncounted).toEqual(['public.a'])
  })
})
