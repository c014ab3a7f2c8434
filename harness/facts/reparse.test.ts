import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import { observe, reparse, reparseDifferences, type Facts, type ObjectFact } from './index.ts'

let server: DisposableServer
let session: Session
let facts: Facts

beforeAll(async () => {
  server = await embeddedEngine().start(
    { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await server.createDatabase('deparsed')
  session = await server.connect('deparsed')
  await session.query(await readFile(new URL('rich-database/deparsed.sql', import.meta.url), 'utf8'))
  facts = await observe(session, { source: 'restored', fingerprint: false })
})
afterAll(async () => {
  await session[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Facts that differ from the database in one text. */
function withText(name: string, property: string, change: (text: string) => string): Facts {
  const objects = facts.objects.map((object): ObjectFact => {
    if (`${object.kind} ${object.identity}` !== name) return object
    return { ...object, properties: { ...object.properties, [property]: change(object.properties[property] ?? '') } }
  })
  return { ...facts, objects }
}

function textOf({ objects }: Facts, name: string, property: string): string | null | undefined {
  return objects.find(({ kind, identity }) => `${kind} ${identity}` === name)?.properties[property]
}

/** Every text that the server deparses, each of them spelled otherwise once it has been read again. */
const texts: readonly (readonly [string, string])[] = [
  ['constraint public.t.t_status_check', 'definition'],
  ['constraint public.t.t_check', 'definition'],
  ['constraint public.w.w_check', 'definition'],
  ['constraint public.ex.ex_r_excl', 'definition'],
  ['constraint public.dom.dom_check', 'definition'],
  ['column public.t.g', 'generated'],
  ['column public.t.e', 'default'],
  ['index public.i', 'definition'],
  ['index public.mv_id_idx', 'definition'],
  ['table public.pt', 'partitioned by'],
  ['view public.v', 'definition'],
  ['materialized view public.mv', 'definition'],
  ['policy public.t.p', 'using'],
  ['policy public.t.p', 'with check'],
  ['trigger public.t.tr', 'definition'],
  ['rule public.t.r', 'definition'],
  ['function public.f(character varying, integer)', 'sql body'],
  ['function public.f(character varying, integer)', 'arguments'],
  ['statistics public.st', 'definition'],
  ['publication pub', 'tables'],
]

describe('a text that means the same', () => {
  it.each(texts)('is respelled: %s, %s', async (name, property) => {
    const first = textOf(facts, name, property)
    const second = await reparsed(name, property, first)
    const third = await reparsed(name, property, second)
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    const baseline = await reparseDifferences(
      session,
      facts,
      withText(name, property, () => second),
    )
    expect(textOf(baseline, name, property)).toBe(second)
  })
})

async function reparsed(name: string, property: string, text: string | null | undefined): Promise<string> {
  const object = facts.objects.find(({ kind, identity }) => `${kind} ${identity}` === name)
  if (!object || !text) throw new Error(`nothing to read again: ${name}`)
  await session.query('BEGIN')
  try {
    await session.query(`SET LOCAL search_path = pg_catalog, pg_temp`)
    await session.query('SET LOCAL check_function_bodies = off')
    const { properties } = object
    return (
      (await reparse(session, { ...object, properties: { ...properties, [property]: text } }, property, text)) ?? ''
    )
  } finally {
    await session.query('ROLLBACK')
  }
}

describe('a text that means something else', () => {
  it.each([
    ['constraint public.t.t_status_check', 'definition', `'b'`, `'c'`],
    ['column public.t.g', 'generated', '<= 3', '<= 4'],
    ['index public.i', 'definition', `'b'`, `'c'`],
    ['view public.v', 'definition', '<= 2', '<= 3'],
    ['policy public.t.p', 'using', `'b'`, `'c'`],
    ['trigger public.t.tr', 'definition', `'b'`, `'c'`],
    ['rule public.t.r', 'definition', `'b'`, `'c'`],
    ['function public.f(character varying, integer)', 'sql body', `'b'`, `'c'`],
    ['publication pub', 'tables', '<= 5', '<= 6'],
  ])('still differs: %s, %s', async (name, property, from, to) => {
    const changed = withText(name, property, (text) => text.replace(from, to))
    expect(textOf(changed, name, property)).not.toBe(textOf(facts, name, property))
    const baseline = await reparseDifferences(session, changed, facts)
    expect(textOf(baseline, name, property)).not.toBe(textOf(facts, name, property))
  })

  it('is left as it is when the server cannot read it', async () => {
    const broken = withText('view public.v', 'definition', () => 'SELECT gone FROM nowhere;')
    const baseline = await reparseDifferences(session, broken, facts)
    expect(textOf(baseline, 'view public.v', 'definition')).toBe('SELECT gone FROM nowhere;')
  })
})

describe('re-parsing', () => {
  it('leaves the database as it was', async () => {
    const objects = facts.objects.map((object): ObjectFact => {
      const changes = object.deparsed
        .filter((property) => typeof object.properties[property] === 'string')
        .map((property) => [property, `${object.properties[property]} `])
      return { ...object, properties: { ...object.properties, ...Object.fromEntries(changes) } }
    })
    await reparseDifferences(session, { ...facts, objects }, facts)
    const after = await observe(session, { source: 'restored', fingerprint: false, takenAt: facts.takenAt })
    expect(after.objects).toEqual(facts.objects)
  })

  it('costs nothing where nothing differs', async () => {
    expect(await reparseDifferences(session, facts, facts)).toBe(facts)
  })

  it('is refused when a text ends the transaction it runs in', async () => {
    const hostile = withText(
      'column public.t.e',
      'default',
      () => `'x'); COMMIT; CREATE TABLE public.planted (a integer); --`,
    )
    await expect(reparseDifferences(session, hostile, facts)).rejects.toMatchObject({ code: 'E_BASELINE_INVALID' })
    await session.query('DROP TABLE IF EXISTS public.planted')
  })

  it('answers null for what has no twin', async () => {
    const [table] = facts.objects.filter(({ kind }) => kind === 'table')
    if (!table) throw new Error('no table')
    expect(await reparse(session, table, 'owner', 'x')).toBeNull()
  })
})
