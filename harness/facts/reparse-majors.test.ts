import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, reparseDifferences, type Facts, type ObjectFact } from './index.ts'

const sql = `CREATE TABLE public.t (id integer, status character varying);
  CREATE VIEW public.v AS SELECT t.id FROM public.t WHERE t.status::text = ANY (ARRAY['a'::character varying, 'b']::text[])`

let newer: DisposableServer
let source: Facts
let restored: Facts

beforeAll(async () => {
  await using older = await start(15)
  newer = await start(17)
  source = await observeWith(older)
  restored = await observeWith(newer)
})
afterAll(() => newer?.[Symbol.asyncDispose]())

async function start(major: number): Promise<DisposableServer> {
  return embeddedEngine().start(
    { major, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
}

async function observeWith(server: DisposableServer): Promise<Facts> {
  await using session = await server.connect('postgres')
  await session.query(sql)
  return await observe(session, { source: 'restored', fingerprint: false })
}

function viewOf({ objects }: Facts): ObjectFact | undefined {
  return objects.find(({ kind }) => kind === 'view')
}

async function respelled(change: (text: string) => string): Promise<ObjectFact | undefined> {
  const objects = source.objects.map((object) =>
    object.kind === 'view'
      ? { ...object, properties: { ...object.properties, definition: change(object.properties['definition'] ?? '') } }
      : object,
  )
  await using session = await newer.connect('postgres')
  return viewOf(await reparseDifferences(session, { ...source, objects }, restored))
}

it('reads an older major’s text again, and then it is exact', async () => {
  expect(viewOf(source)?.properties['definition']).not.toBe(viewOf(restored)?.properties['definition'])
  const view = await respelled((text) => text)
  expect(view?.properties['definition']).toBe(viewOf(restored)?.properties['definition'])
  expect(view?.deparsed).not.toContain('definition')
})

it('sees that an older major’s text means something else', async () => {
  const view = await respelled((text) => text.replace(`'a'`, `'c'`))
  expect(view?.properties['definition']).not.toBe(viewOf(restored)?.properties['definition'])
  expect(view?.deparsed).not.toContain('definition')
})

it('says of a text that it could not read that it is as the older major spelled it', async () => {
  const view = await respelled(() => 'SELECT gone FROM public.nowhere')
  expect(view?.properties['definition']).toBe('SELECT gone FROM public.nowhere')
  expect(view?.deparsed).toContain('definition')
})
