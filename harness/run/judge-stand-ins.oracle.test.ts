import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliForm, writeBaseline, type DumpSource } from '../../fixtures/supabase/dump-forms.ts'
import { startFullProject } from '../../fixtures/supabase/full-project.ts'
import { embeddedEngine } from '../engine/index.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import type { Rehearsed } from './rehearse.ts'
import { rehearseDump } from './testing/rehearse-dump.ts'
import { redOf } from './testing/rehearse-set.ts'

const oracle = await findOracle(17)
let folder = ''
let project: DumpSource

describe.skipIf(oracle.isSkipped)(`what leans on a stand-in, ${oracle.title}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stand-ins-'))
    project = { server: await startFullProject(17), tools: toolsOf(oracle) }
  })
  afterAll(async () => {
    await project.server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  it('is named with the stand-in, and GO: its text is equal', async () => {
    const rehearsed = await rehearseWith('SELECT', 'SELECT')
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(said(rehearsed, 'schema vault')).toContain('view private.key_names')
    expect(said(rehearsed, 'schema supabase_functions')).toContain('trigger public.notes.tell_of_notes')
    // What leans on nothing is not named, nor are the stand-ins' own parts.
    expect(said(rehearsed, 'schema vault')).not.toMatch(/shared_notes|vault\.decrypted_secrets[,.]/)
  })

  it('a function that calls one by its text alone, and the trigger that calls the function, are named', async () => {
    const rehearsed = await rehearseWith(
      `CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$ begin perform "net".http_post('https://x'); return new; end $$;
       CREATE TRIGGER told AFTER UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.tell()`,
      'DROP FUNCTION public.tell CASCADE',
    )
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(said(rehearsed, 'schema net')).toMatch(/function public\.tell\(\), trigger public\.notes\.told/)
  })

  it('rows that came through one are not checked: a view that was filled over it, at whatever remove', async () => {
    const rehearsed = await rehearseWith(
      `CREATE VIEW public.answers AS SELECT count(*) FROM net.http_request_queue;
       CREATE MATERIALIZED VIEW public.answered AS SELECT * FROM public.answers;
       CREATE MATERIALIZED VIEW public.counted AS SELECT count(*) FROM public.notes`,
      'DROP MATERIALIZED VIEW public.counted; DROP VIEW public.answers CASCADE',
    )
    expect(rehearsed.record.verdict.answer).toBe('UNDECIDED')
    expect(redOf(rehearsed)).toEqual([expect.stringContaining('engine not-checked public.answered')])
  })

  it('rows that a policy over one hides are not checked; rows that it shows are NO-GO', async () => {
    const policies = (hides: string, shows: string): string =>
      `CREATE FUNCTION private.keys() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
         AS 'SELECT count(*) FROM vault.decrypted_secrets';
       GRANT EXECUTE ON FUNCTION private.keys() TO anon; GRANT USAGE ON SCHEMA private TO anon;
       CREATE TABLE public.offers (id int PRIMARY KEY); INSERT INTO public.offers VALUES (1), (2);
       ALTER TABLE public.offers ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.offers TO anon;
       CREATE POLICY offered ON public.offers FOR SELECT TO anon USING (${hides}${shows})`
    const undo = 'DROP TABLE public.offers; DROP FUNCTION private.keys; REVOKE USAGE ON SCHEMA private FROM anon'
    const hidden = await rehearseWith(policies('private.keys() > 0', ''), undo)
    expect(hidden.record.verdict.answer).toBe('UNDECIDED')
    expect(redOf(hidden)).toEqual([
      expect.stringMatching(/^access not-checked .* 0 rows of public\.offers in the copy, 2 in production: a stand-in/),
    ])
    const shown = await rehearseWith(policies('', 'private.keys() = 0'), undo)
    expect(shown.record.verdict.answer).toBe('NO-GO')
    expect(redOf(shown).join('\n')).toContain('access differs public.offers as anon')
  })
})

/** A rehearsal of the CLI's files, of the project with something more. */
async function rehearseWith(more: string, undo: string): Promise<Rehearsed> {
  await using session = await project.server.connect('postgres')
  await session.query(more)
  try {
    const backup = await mkdtemp(join(folder, '2026-11-22-'))
    await cliForm('CLI', { useCopy: true }).write(project, backup)
    await writeBaseline(project, backup)
    return await rehearseDump(backup, { engine: embeddedEngine(), baseline: join(backup, 'baseline.json') })
  } finally {
    await session.query(undo)
  }
}

function said({ record }: Rehearsed, object: string): string {
  return record.findings.find((finding) => finding.object === object && finding.notice)?.message ?? ''
}
