import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, type Facts } from './index.ts'

describe('tables without rows on a restored copy', () => {
  let server: DisposableServer
  let restored: Facts
  let read: Facts

  beforeAll(async () => {
    server = await embeddedEngine().start(
      { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' },
      { signal: new AbortController().signal, progress: silentProgress },
    )
    await server.createDatabase('sparse')
    await using session = await server.connect('sparse')
    await session.query(`
      CREATE TABLE never (id serial PRIMARY KEY, a text);
      CREATE TABLE emptied (id serial PRIMARY KEY); INSERT INTO emptied DEFAULT VALUES; TRUNCATE emptied;
      CREATE TABLE deleted (id serial PRIMARY KEY); INSERT INTO deleted DEFAULT VALUES; DELETE FROM deleted;
      CREATE TABLE filled (id serial PRIMARY KEY); INSERT INTO filled VALUES (7);
      CREATE TABLE parent (id serial); CREATE TABLE child () INHERITS (parent); INSERT INTO child VALUES (9);
      CREATE TABLE parts (id serial) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts DEFAULT; INSERT INTO parts VALUES (5);
      CREATE MATERIALIZED VIEW later AS SELECT 1 AS one WITH NO DATA;
      CREATE ROLE visitor LOGIN; GRANT SELECT ON filled TO visitor;
      CREATE TABLE guarded (id integer); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT SELECT ON guarded TO visitor`)
    restored = await observe(session, { source: 'restored', fingerprint: true, takenAt: 'once' })
    read = await observe(session, { source: 'live', fingerprint: true, takenAt: 'once' })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('have the facts that reading them has', () => {
    expect(restored.tables).toEqual(read.tables)
    expect(restored.sequences).toEqual(read.sequences)
    expect(restored.tables.find(({ name }) => name === 'never')).toMatchObject({ rows: '0', fingerprint: '0' })
    expect(restored.tables.find(({ name }) => name === 'child')).toMatchObject({ rows: '1' })
  })

  it('hide no row of a child or a partition from the sequence above it', () => {
    const farthest = Object.fromEntries(restored.sequences.map(({ name, columnMax }) => [name, columnMax]))
    expect(farthest).toMatchObject({ parent_id_seq: '9', parts_id_seq: '5', filled_id_seq: '7', never_id_seq: null })
  })

  it('are unreadable, not empty, to who may not read them', async () => {
    await using session = await server.connect('sparse')
    await session.query('SET SESSION AUTHORIZATION visitor')
    const seen = await observe(session, { source: 'restored', fingerprint: true })
    const unreadable = seen.tables.filter((table) => table.unreadable !== undefined).map(({ name }) => name)
    expect(unreadable).toEqual(expect.arrayContaining(['never', 'emptied', 'child', 'guarded']))
    expect(unreadable).not.toContain('filled')
  })
})
