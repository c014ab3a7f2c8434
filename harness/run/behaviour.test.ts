import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultAccess } from '../behaviour/index.ts'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import { beginReadOnly, observe, serialiseFacts, type Facts } from '../facts/index.ts'
import { observeViewers } from './judge-behaviour.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'

const signal = new AbortController().signal

/** A plain dump whose definitions are these: the text between what pg_dump writes first and last. */
const dumpOf = (definitions: string): string => `--
-- PostgreSQL database dump
--

-- Dumped from database version 17.10
-- Dumped by pg_dump version 17.10

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

${definitions}

--
-- PostgreSQL database dump complete
--

`

const roles = ['anon', 'authenticated', 'service_role']
const sound = `CREATE TABLE public.notes (id integer NOT NULL, word text, published boolean NOT NULL);
COPY public.notes (id, word, published) FROM stdin;
1	one	t
2	two	f
3	three	f
\\.
CREATE TABLE public.log (note integer);
CREATE FUNCTION public.note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (OLD.id); RETURN NEW; END $$;
CREATE TRIGGER note BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.note_change();
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY published ON public.notes FOR SELECT TO anon USING (published);
GRANT SELECT ON TABLE public.notes TO anon;
GRANT ALL ON TABLE public.notes TO service_role;`

let folder = ''
let baseline: Facts
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'behaviour-'))
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  await using server = await embeddedEngine().start(need, { signal, progress: silentProgress })
  await using session = await server.connect('postgres')
  for (const role of roles) await session.query(`CREATE ROLE ${role} NOLOGIN NOINHERIT`)
  await session.query('ALTER ROLE service_role BYPASSRLS; GRANT anon TO postgres')
  await session.query(
    sound.replace(/COPY[^;]*;([^\\]*)\\\./, (_, rows: string) => {
      const values = rows
        .trim()
        .split('\n')
        .map(
          (row) =>
            `(${row
              .split('\t')
              .map((value) => `'${value}'`)
              .join(', ')})`,
        )
      return `INSERT INTO public.notes VALUES ${values.join(', ')};`
    }),
  )
  await beginReadOnly(session, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
  const facts = await observe(session, { source: 'dump-snapshot', fingerprint: true })
  baseline = { ...facts, access: await observeViewers([session], facts, defaultAccess, signal) }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function rehearseWith(definitions: string, facts: Facts | null) {
  const dump = join(folder, 'dump.sql')
  await writeFile(dump, dumpOf(definitions))
  const path = join(folder, 'baseline.json')
  if (facts) await writeFile(path, serialiseFacts(facts))
  const { record } = await rehearseDump(dump, facts ? { baseline: path } : {})
  return record
}

describe('a rehearsal', () => {
  it('says that everybody sees what they saw, and that the copy can be written to', async () => {
    const { verdict } = await rehearseWith(sound, baseline)
    const answers = new Map(verdict.checks.map(({ check, required, status }) => [check, { required, status }]))
    expect(answers.get('access')).toEqual({ required: true, status: 'same' })
    expect(answers.get('writes')).toEqual({ required: true, status: 'same' })
  })

  it('names first who sees more than in production', async () => {
    const { verdict, findings } = await rehearseWith(sound.replace(/^ALTER TABLE.*ENABLE.*$/m, ''), baseline)
    expect(verdict.answer).toBe('NO-GO')
    expect(verdict.reasons[0]).toMatchObject({ check: 'access', object: 'public.notes as anon' })
    expect(verdict.reasons[0]?.text).toContain('anon sees 3 rows of public.notes in the copy, 1 in production')
    expect(JSON.stringify(findings)).not.toMatch(/"(?:one|two|three)"/)
  })

  it('is NO-GO where a trigger needs what the dump lacks, with nothing to compare with', async () => {
    const { verdict } = await rehearseWith(sound.replace('CREATE TABLE public.log (note integer);', ''), null)
    expect(verdict.answer).toBe('NO-GO')
    expect(verdict.reasons[0]).toMatchObject({ check: 'writes', object: 'public.notes' })
  })

  it('leaves the plan without who sees what where the baseline does not hold it, and says so', async () => {
    const { access: _, ...without } = baseline
    const { verdict, notCovered } = await rehearseWith(sound, without)
    expect(verdict.checks.map(({ check }) => check)).not.toContain('access')
    expect(notCovered.map(({ what }) => what)).toContain('who sees what (row security as it works)')
  })
})
