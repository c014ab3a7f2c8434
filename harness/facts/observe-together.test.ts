import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault, silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import {
  beginReadOnly,
  beginTogether,
  identityOf,
  observe,
  observeTogether,
  readTableFact,
  serialiseFacts,
  type Facts,
} from './index.ts'
import { loadRichDatabase } from './rich-database/load-rich-database.ts'
import { observedMajors, withServersBesideTools } from './testing/observed-majors.ts'

const options = { source: 'restored', fingerprint: true, takenAt: '2026-11-22T00:00:00.000Z' } as const

/** The sample project, with what the platform brings. */
const edupath = [
  '../supabase/platform-roles.sql',
  '../supabase/platform-extensions.sql',
  '../supabase/platform-auth.sql',
  '../supabase/platform-publication.sql',
  '../../fixtures/edupath/schema.sql',
  '../../fixtures/edupath/rows.sql',
]

/** Sizes of a database change as its statistics and visibility maps are written. */
const bytesOf = (facts: Facts): string => serialiseFacts(facts).replace(/"databaseBytes":"\d+"/, '')

const engine = embeddedEngine(withServersBesideTools())
for (const { major, title, isSkipped } of await observedMajors(engine)) {
  describe.skipIf(isSkipped)(`observing over several sessions on ${title}`, () => {
    let server: DisposableServer

    beforeAll(async () => {
      server = await engine.start(
        { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
        { signal: new AbortController().signal, progress: silentProgress },
      )
      await loadRichDatabase(server)
      await server.createDatabase('edupath')
      await using sample = await server.connect('edupath')
      for (const file of edupath) await sample.query(await readFile(new URL(file, import.meta.url), 'utf8'))
      await server.createDatabase('sizes')
      await using session = await server.connect('sizes')
      await session.query(
        `CREATE TABLE a_small AS SELECT i AS id FROM generate_series(1, 10) i;
       CREATE TABLE b_large AS SELECT i AS id, md5(i::text) AS text FROM generate_series(1, 60000) i;
       CREATE TABLE c_toasted AS SELECT string_agg(md5(i::text), '') AS text FROM generate_series(1, 60000) i;
       CREATE TABLE d_medium AS SELECT i AS id FROM generate_series(1, 5000) i;
       CREATE MATERIALIZED VIEW e_view AS SELECT count(*) FROM b_large`,
      )
    })
    afterAll(() => server[Symbol.asyncDispose]())

    async function withSessions<T>(
      database: string,
      count: number,
      use: (sessions: readonly Session[]) => Promise<T>,
    ): Promise<T> {
      await using stack = new AsyncDisposableStack()
      const sessions: Session[] = []
      for (let index = 0; index < count; index += 1) sessions.push(stack.use(await server.connect(database)))
      return await use(sessions)
    }

    const factsOf = (database: string, count: number, more: Partial<Parameters<typeof observe>[1]> = {}) =>
      withSessions(database, count, (sessions) => observeTogether(sessions, { ...options, ...more }))

    /** No transaction is left open: a setting made for one doesn't outlive the statement. */
    async function areFree(sessions: readonly Session[]): Promise<boolean> {
      const marks = await Promise.all(
        sessions.map(async (session) => {
          await session.query(`SELECT set_config('mark.er', 'x', true)`)
          return (await session.query(`SELECT current_setting('mark.er', true) AS mark`))[0]?.['mark']
        }),
      )
      return marks.every((mark) => mark !== 'x')
    }

    it.each(['rich', 'edupath', 'sizes', 'postgres'])('gives the same bytes as one session: %s', async (database) => {
      const alone = await withSessions(database, 1, ([session]) => observe(session as Session, options))
      expect(alone.objects.length).toBeGreaterThan(0)
      expect(bytesOf(await factsOf(database, 2))).toBe(bytesOf(alone))
      expect(bytesOf(await factsOf(database, 5))).toBe(bytesOf(alone))
    })

    it('sees a changed value as one session does', async () => {
      const before = await factsOf('sizes', 3)
      await withSessions('sizes', 1, ([session]) =>
        (session as Session).query(`UPDATE d_medium SET id = 0 WHERE id = 7`),
      )
      const after = await factsOf('sizes', 3)
      const changed = after.tables.filter(({ fingerprint }, index) => fingerprint !== before.tables[index]?.fingerprint)
      expect(changed.map(({ name }) => name)).toEqual(['d_medium'])
    })

    it('begins with the biggest, TOAST included', async () => {
      const begun: string[] = []
      await factsOf('sizes', 2, { onTable: (_, total, name) => begun.push(`${name} of ${total}`) })
      expect(begun.slice(0, 2).toSorted()).toEqual(['public.b_large of 5', 'public.c_toasted of 5'])
      expect(begun).toHaveLength(5)
    })

    it('is refused sessions with snapshots of their own, but on a restored copy', async () => {
      await withSessions('sizes', 2, async (sessions) => {
        for (const session of sessions) {
          await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
          await withSessions('sizes', 1, ([writer]) => (writer as Session).query('UPDATE a_small SET id = id'))
        }
        await expect(observeTogether(sessions, { ...options, source: 'live' })).rejects.toThrow(TypeError)
      })
      await expect(factsOf('sizes', 2, { source: 'live' })).rejects.toThrow(TypeError)
      await expect(factsOf('sizes', 2, { source: 'dump-snapshot' })).rejects.toThrow(TypeError)
      await expect(factsOf('sizes', 1, { source: 'live' })).resolves.toMatchObject({ source: 'live' })
    })

    it('reads a database that is written to as of one moment, over two sessions', async () => {
      await withSessions('sizes', 3, async ([first, second, writer]) => {
        if (!first || !second || !writer) throw new Error('no sessions')
        const quiet = { ...options, source: 'live' } as const
        await beginTogether([first, second], { statementTimeoutMs: 0, lockTimeoutMs: 0 })
        const before = await observeTogether([first, second], quiet)
        const taken: string[] = []
        await writer.query('INSERT INTO a_small VALUES (11); INSERT INTO d_medium VALUES (0)')
        const meanwhile = await observeTogether([first, second], {
          ...quiet,
          onTable: (_done, _total, name) => taken.push(name),
        })
        expect(taken).toHaveLength(5)
        expect(meanwhile.tables).toEqual(before.tables)
        await first.query('ROLLBACK')
        await second.query('ROLLBACK')
        const later = await observe(first, { ...options, source: 'live' })
        const changed = later.tables.filter(
          ({ fingerprint }, index) => fingerprint !== before.tables[index]?.fingerprint,
        )
        expect(changed.map(({ name }) => name)).toEqual(['a_small', 'd_medium'])
        await writer.query('DELETE FROM a_small WHERE id = 11; DELETE FROM d_medium WHERE id = 0')
      })
    })

    it('ends on all sessions when told to', async () => {
      await withSessions('rich', 3, async (sessions) => {
        const cancelling = new AbortController()
        const observing = observeTogether(sessions, {
          ...options,
          signal: cancelling.signal,
          onTable: () => cancelling.abort(new Fault('E_INTERRUPTED', 'interrupted')),
        })
        await expect(observing).rejects.toMatchObject({ code: 'E_INTERRUPTED' })
        expect(await areFree(sessions)).toBe(true)
      })
    })

    it.each([0, 1, 2])('ends with the fault of the session that was lost: number %i', async (lost) => {
      await withSessions('sizes', 3, async (sessions) => {
        const [row] = await (sessions[lost] as Session).query('SELECT pg_backend_pid() AS pid')
        const others = sessions.filter((_, index) => index !== lost)
        await (others[0] as Session).query(`SELECT pg_terminate_backend($1)`, [row?.['pid'] ?? ''])
        await expect(observeTogether(sessions, options)).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED' })
        expect(await areFree(others)).toBe(true)
      })
    })

    it('gives up a table that does not answer in time, and reads the others', async () => {
      await withSessions('sizes', 1, async ([blocker]) => {
        const whole = await factsOf('sizes', 1)
        await blocker?.query('BEGIN; LOCK TABLE a_small IN ACCESS EXCLUSIVE MODE')
        for (const count of [1, 3]) {
          const { tables } = await factsOf('sizes', count, { statementTimeoutMs: 1500 })
          const [stuck, ...others] = tables
          expect(stuck).toMatchObject({ name: 'a_small', rows: '0', unreadable: expect.stringContaining('timeout') })
          expect(others).toEqual(whole.tables.slice(1))
        }
        await blocker?.query('ROLLBACK')
      })
    })

    it('takes over tables that were read one by one before, and reads only the others', async () => {
      for (const database of ['rich', 'sizes']) {
        const alone = await factsOf(database, 1)
        await withSessions(database, 2, async (sessions) => {
          const known = new Map()
          for (const table of alone.tables.slice(0, -2)) {
            const fact = await readTableFact(sessions[0] as Session, table)
            expect(fact).toEqual(table)
            known.set(identityOf([table.schema, table.name]), fact)
          }
          expect(await areFree(sessions)).toBe(true)
          const read: string[] = []
          const facts = await observeTogether(sessions, {
            ...options,
            known,
            onTable: (_d, _t, name) => read.push(name),
          })
          expect(bytesOf(facts)).toBe(bytesOf(alone))
          const expected = alone.tables.slice(-2).filter(({ schema }) => schema !== 'pg_catalog')
          expect(read.toSorted()).toEqual(expected.map(({ schema, name }) => identityOf([schema, name])).toSorted())
        })
      }
    })

    it('reads a table again whose columns changed since, or that could not be read', async () => {
      await withSessions('sizes', 1, async ([session]) => {
        if (!session) throw new Error('no session')
        const known = new Map()
        for (const name of ['a_small', 'd_medium', 'e_view']) {
          known.set(`public.${name}`, await readTableFact(session, { schema: 'public', name }))
        }
        known.set('public.d_medium', { ...known.get('public.d_medium'), unreadable: 'some lock' })
        await session.query('ALTER TABLE a_small ADD COLUMN more text')
        const read: string[] = []
        const facts = await observe(session, { ...options, known, onTable: (_d, _t, name) => read.push(name) })
        await session.query('ALTER TABLE a_small DROP COLUMN more')
        expect(read.toSorted()).toEqual(['public.a_small', 'public.b_large', 'public.c_toasted', 'public.d_medium'])
        expect(facts.tables[0]?.columns).toEqual(['id', 'more'])
        expect(facts.tables.some(({ unreadable }) => unreadable)).toBe(false)
      })
    })

    it('has no fact of a table that is not there', async () => {
      await withSessions('rich', 1, async ([session]) => {
        const read = (schema: string, name: string) => readTableFact(session as Session, { schema, name })
        expect(await read('app', `no such 'table'\\`)).toBeNull()
        expect(await read('nowhere', 'plain')).toBeNull()
        // A partitioned root has no rows of its own.
        expect(await read('app', 'event')).toBeNull()
        expect(await read('app', 'User Account')).toMatchObject({ rows: '100' })
      })
    })
  })
}
