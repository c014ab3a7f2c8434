import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { observe, serialiseFacts, type Facts } from '../facts/index.ts'
import { rehearseSet } from './testing/rehearse-set.ts'

const ordinary = `
CREATE TABLE public.plain (id integer NOT NULL, CONSTRAINT plain_pkey PRIMARY KEY (id));
COPY public.plain (id) FROM stdin;
1
\\.
`
const dump = (rows: string): string => `--
-- PostgreSQL database dump
--
-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18
CREATE EXTENSION IF NOT EXISTS nowhere_to_be_had WITH SCHEMA public;
CREATE TABLE public.places (id integer NOT NULL, spot public.nowhere_type);
COPY public.places (id, spot) FROM stdin;
${rows}\\.
${ordinary}
--
-- PostgreSQL database dump complete
--
`

let folder: string
let baseline: string

/** Production as it would be described where the extension exists: the copy's own facts, and the table with it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extension-'))
  const options = { signal: new AbortController().signal, progress: silentProgress }
  await using server = await embeddedEngine().start(
    { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' },
    options,
  )
  await server.createDatabase('shop')
  await using session = await server.connect('shop')
  await session.query(`CREATE TABLE public.places (id integer NOT NULL, spot text); INSERT INTO public.places VALUES (1);
    CREATE TABLE public.plain (id integer PRIMARY KEY); INSERT INTO public.plain VALUES (1)`)
  const facts: Facts = await observe(session, { source: 'dump-snapshot', fingerprint: true })
  baseline = join(folder, 'baseline.json')
  await writeFile(baseline, serialiseFacts(facts))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function rehearse(text: string) {
  const backup = join(folder, 'full.sql')
  await writeFile(backup, text)
  const { record } = await rehearseSet('chakai', { backup, baseline, engine: 'embedded', rpo: '3650d' })
  const objects = new Set(['public.places', 'public.plain', 'extension nowhere_to_be_had'])
  const open = record.findings.filter(
    ({ object, status, notice }) => objects.has(object ?? '') && status !== 'same' && !notice,
  )
  return open.map(({ check, status, object }) => `${check} ${status} ${object}`)
}

describe('an extension that the engine lacks', () => {
  it('leaves what needs it unchecked: the backup is not to blame', async () => {
    const open = await rehearse(dump('1\t\\N\n'))
    expect(open).toContain('engine not-checked extension nowhere_to_be_had')
    expect(open).toContain('row counts not-checked public.places')
    expect(open.filter((finding) => finding.includes(' differs '))).toEqual([])
  })

  it('excuses nothing else', async () => {
    const open = await rehearse(dump('1\t\\N\n').replace('stdin;\n1\n\\.', 'stdin;\n\\.'))
    expect(open).toContain('row counts differs public.plain')
  })
})
