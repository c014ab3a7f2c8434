import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { observe, parseFacts, serialiseFacts, type Facts } from '../facts/index.ts'
import { compareFacts, type CompareOptions, type Finding } from './index.ts'

let server: DisposableServer
let production: Facts

/** An extension with a table that it never marked, and one that it did. */
const extension = `
  CREATE EXTENSION pg_trgm;
  CREATE TABLE public.audit_log (id integer PRIMARY KEY, what text);
  CREATE TABLE public.marked (id integer PRIMARY KEY);
  CREATE TABLE public.bare (id integer PRIMARY KEY);
  CREATE UNLOGGED TABLE public.fleeting AS SELECT 1 AS id;
  INSERT INTO public.audit_log VALUES (1, 'the script’s own');
  ALTER EXTENSION pg_trgm ADD TABLE public.audit_log;
  ALTER EXTENSION pg_trgm ADD TABLE public.marked;
  ALTER EXTENSION pg_trgm ADD TABLE public.bare;
  ALTER EXTENSION pg_trgm ADD TABLE public.fleeting;
  UPDATE pg_catalog.pg_extension SET extconfig = ARRAY['public.marked'::regclass], extcondition = ARRAY['']
    WHERE extname = 'pg_trgm';
  INSERT INTO public.marked VALUES (1);`

beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  production = await factsAfter('production', "INSERT INTO public.audit_log VALUES (2, 'a user’s'), (3, 'another')")
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

async function factsAfter(name: string, change: string): Promise<Facts> {
  await server.createDatabase(name, {})
  await using session = await server.connect(name)
  for (const statement of `${extension}${change}`.split(/;\n?/).filter((text) => text.trim() !== ''))
    await session.query(statement)
  return await observe(session, { source: 'live', fingerprint: true })
}

function judge(baseline: Facts, restored: Facts, more: Partial<CompareOptions> = {}): Finding[] {
  return compareFacts({ baseline, restored, baselineKind: 'dump-snapshot', ...more }).filter(
    ({ object }) => object === 'public.audit_log',
  )
}

describe('rows of a table that its extension did not mark for dumps', () => {
  it('are recorded where there are any, and read again from a file', () => {
    const expected = [{ schema: 'public', name: 'audit_log', extension: 'pg_trgm', rows: '3' }]
    expect(production.extensionTables).toEqual(expected)
    expect(parseFacts(serialiseFacts(production)).extensionTables).toEqual(expected)
    expect(production.tables.map(({ name }) => name)).toEqual(['marked'])
  })

  it('leave the row counts open when fewer are there', async () => {
    const [finding, ...more] = judge(production, await factsAfter('copy', ''))
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      check: 'row counts',
      status: 'not-checked',
      notice: false,
      expected: '3',
      actual: '1',
    })
    expect(finding?.message).toContain('extension pg_trgm')
    expect(finding?.remedy).toContain("pg_extension_config_dump('public.audit_log', '')")
    expect(judge(production, { ...production, extensionTables: [] })[0]).toMatchObject({ actual: '0' })
  })

  it('are not spoken of when they are all there, or were not recorded', async () => {
    const scriptAlone = await factsAfter('script_alone', '')
    const { extensionTables: _, ...older } = production
    expect(judge(scriptAlone, scriptAlone)).toEqual([])
    expect(judge(scriptAlone, production)).toEqual([])
    expect(judge(older, scriptAlone)).toEqual([])
  })

  it('are a notice of extensions that keep working state, and of what a platform provides', () => {
    const ofNet = [{ schema: 'public', name: 'audit_log', extension: 'pg_net', rows: '3' }]
    const { extensionTables: _, ...copy } = production
    expect(judge({ ...production, extensionTables: ofNet }, copy)[0]).toMatchObject({ notice: true })
    expect(judge(production, copy, { notCovered: { extensions: ['pg_trgm'] } })[0]).toMatchObject({ notice: true })
    expect(judge(production, copy)[0]).toMatchObject({ notice: false })
  })
})
