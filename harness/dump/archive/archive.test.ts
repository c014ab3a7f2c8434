import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectDump } from '../inspect-dump.ts'
import { archives, entriesOf, recorded } from './testing/archive-entries.ts'

describe('a whole archive', () => {
  it.each(archives)('is read to its end: %s', async (name, format, compression) => {
    const summary = await inspectDump(join(recorded, name))
    expect(summary).toMatchObject({ format, compression, completeness: 'complete', problems: [], encoding: 'UTF8' })
    expect(summary).toMatchObject({ writer: 'pg_dump', serverVersion: expect.stringMatching(/^1[57]\./) })
    expect(summary.tables.map((table) => [table.name, table.rows, table.defined, table.hasData])).toEqual([
      ['notes', 120, true, true],
      ['nothing', 0, true, !name.includes('inserts')],
      ['tags', 240, true, true],
    ])
    expect(summary.entries).toMatchObject({ TABLE: 3, 'MATERIALIZED VIEW': 1, 'SEQUENCE SET': 1, ACL: 1 })
  })

  it.each([
    ['notes-15.dump', ['notes-15-piped.dump', 'notes-15.tar', 'notes-15-folder']],
    ['notes-17.dump', ['notes-17-lz4.dump', 'notes-17.tar', 'notes-17-folder']],
  ])('holds the same in every format: %s', async (name, others) => {
    const { lines } = await entriesOf(join(recorded, name))
    expect(lines.length).toBeGreaterThan(40)
    for (const other of others) expect((await entriesOf(join(recorded, other))).lines).toEqual(lines)
  })

  it('restores privileges after the rows, and what depends on them last', async () => {
    const { lines } = await entriesOf(join(recorded, 'notes-15.dump'))
    const order = ['CREATE TABLE public.notes', 'COPY public.notes', 'GRANT SELECT ON TABLE public.notes', 'REFRESH']
    const found = order.map((beginning) => lines.findIndex((line) => line.startsWith(beginning)))
    expect(found).toEqual(found.toSorted((left, right) => left - right))
    expect(found[0]).toBeGreaterThan(0)
  })

  it.each(['notes-15.dump', 'notes-17.dump'])('holds large objects, an empty one too: %s', async (name) => {
    const { lines } = await entriesOf(join(recorded, name))
    const written = lines.filter((line) => line.startsWith('SELECT pg_catalog.lowrite'))
    const bytes = written
      .map((line) => line.length - "SELECT pg_catalog.lowrite(0, '\\x');".length)
      .map((digits) => digits / 2)
    // 40,000 bytes in pieces of at most 16,384, nothing of an empty one, and one byte.
    expect(bytes).toEqual([16_384, 16_384, 7_232, 1])
    expect(lines.filter((line) => line.startsWith('SELECT pg_catalog.lo_create'))).toHaveLength(3)
    expect(lines.filter((line) => line.startsWith('ALTER LARGE OBJECT'))).toHaveLength(3)
  })

  it('stops at the limits of a plain dump', async () => {
    const summary = await inspectDump(join(recorded, 'notes-17.dump'), { limits: { plainBytes: 10_000 } })
    expect(summary.problems).toEqual([expect.objectContaining({ code: 'E_DUMP_BOMB', fatal: true })])
  })
})
