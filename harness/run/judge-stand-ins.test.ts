import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import { layPlatform } from '../supabase/index.ts'
import { FindingBook } from './finding-book.ts'
import { judgeStandIns } from './judge-stand-ins.ts'

const schemas = ['auth', 'vault', 'net']

/** Each object that leans on a stand-in, beside a twin that does not. */
const project = `
  CREATE FUNCTION public.key(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT max(name) FROM vault.secrets WHERE name = $1';
  CREATE FUNCTION public.plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''vault of '' || $1';
  CREATE TABLE public.computed (a text, b text GENERATED ALWAYS AS (public.key(a)) STORED);
  CREATE TABLE public.plainly (a text, b text GENERATED ALWAYS AS (public.plain(a)) STORED, u uuid DEFAULT auth.uid());
  CREATE POLICY guarded ON public.computed USING (EXISTS (SELECT FROM vault.decrypted_secrets));
  CREATE POLICY guarded ON public.plainly USING (u = auth.uid());
  CREATE TABLE public."Odd, name" (kept vault.secrets, asked bigint DEFAULT net.http_get('x'));
  CREATE POLICY "on auth" ON auth.users USING (public.key(email) IS NULL);`

describe.each([15, 17])('what leans on a stand-in, PostgreSQL %i', (major) => {
  let server: DisposableServer
  let session: Session
  beforeAll(async () => {
    const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
    session = await server.connect('postgres')
    await layPlatform(session, { roles: ['anon'], schemas })
    await session.query(project)
  })
  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it('is named, once a stand-in', async () => {
    const book = new FindingBook()
    await judgeStandIns(session, { schemas }, book)
    const named = Object.fromEntries(book.findings.map(({ object, message }) => [object, message]))
    expect(Object.keys(named)).toEqual(['schema net', 'schema vault'])
    expect(named['schema net']).toContain(': default public."Odd, name".asked. Their')
    expect(named['schema vault']).toContain(
      ': function public.key(text), generated column public.computed.b, policy auth.users."on auth", ' +
        'policy public.computed.guarded, table public."Odd, name". Their',
    )
    expect(book.findings.every(({ notice }) => notice)).toBe(true)
  })

  it('holds back what its rows differ in, and what somebody no longer sees of it; nothing else', async () => {
    const book = new FindingBook()
    for (const table of ['public.computed', 'public.plainly']) {
      book.differs('row content', table, 'other rows')
      book.differs('access', `${table} as anon`, 'anon sees less', { gravity: 'lost behaviour' })
      book.differs('access', `${table} as anon`, 'anon sees more')
      book.differs('row counts', table, 'fewer rows')
    }
    await judgeStandIns(session, { schemas }, book)
    const red = book.findings.filter(({ notice }) => !notice)
    expect(red.map(({ status, object, message }) => `${status} ${object}: ${message}`)).toEqual([
      'not-checked public.computed: other rows: a stand-in takes part in it',
      'not-checked public.computed as anon: anon sees less: a stand-in takes part in it',
      'differs public.computed as anon: anon sees more',
      'differs public.computed: fewer rows',
      'differs public.plainly: other rows',
      'differs public.plainly as anon: anon sees less',
      'differs public.plainly as anon: anon sees more',
      'differs public.plainly: fewer rows',
    ])
  })

  it('is nothing where the real thing is there, or nothing was laid', async () => {
    const book = new FindingBook()
    await judgeStandIns(session, { schemas: ['auth', 'extensions'] }, book)
    await judgeStandIns(session, { schemas: [] }, book)
    expect(book.findings).toEqual([])
  })
})
