import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliForm, dumpForms, type DumpSource } from '../../fixtures/supabase/dump-forms.ts'
import { startSampleProject } from '../../fixtures/supabase/full-project.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { recordForm, rehearseForm } from './testing/rehearse-form.ts'
import { redOf } from './testing/rehearse-set.ts'

/*
 * All forms of the full project: platform-forms.oracle.test.ts. Those of chosen schemas name the project's own. edupath has
 * texts with a line that begins with `\restrict`: the CLI comments such lines out, also inside of a text that it writes as
 * an INSERT, so that form of it is rightly NO-GO.
 */
const forms = dumpForms.filter(({ name }) => !/-s |moved|keep-comments/.test(name))
const samples = [
  { sample: 'edupath', oracle: await findOracle(15), spoilt: /INSERTs/ },
  { sample: 'chakai', oracle: await findOracle(17), spoilt: /^$/ },
] as const

for (const { sample, oracle, spoilt } of samples) {
  describe.skipIf(oracle.isSkipped)(`${sample} as a Supabase project, ${oracle.title}`, () => {
    let folder = ''
    let project: DumpSource
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'supabase-samples-'))
      project = { server: await startSampleProject(oracle.major, sample), tools: toolsOf(oracle) }
    })
    afterAll(async () => {
      await project.server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    const ours = forms.filter(({ name }) => !spoilt.test(name))
    it.each(ours.map((form) => [form.name, form] as const))('%s: nothing is refused, and GO', async (_, form) => {
      const rehearsed = await rehearseForm(await recordForm(project, form, folder))
      const refused = rehearsed.record.restore?.refused.filter(({ harmless }) => !harmless)
      expect(refused?.map(({ verb, object, message }) => `${verb} ${object}: ${message}`)).toEqual([])
      expect(redOf(rehearsed)).toEqual([])
      expect(rehearsed.record.verdict.answer).toBe('GO')
    })

    const others = forms.filter(({ name }) => spoilt.test(name))
    it.each(others.map((form) => [form.name, form] as const))(
      '%s: NO-GO, by the texts that the CLI has changed',
      async (_, form) => {
        const rehearsed = await rehearseForm(await recordForm(project, form, folder))
        expect(redOf(rehearsed).sort()).toEqual([
          expect.stringMatching(/^row content differs public\.applications: /),
          expect.stringMatching(/^row content differs public\.forum_posts_enhanced: /),
        ])
      },
    )

    it.each([
      ['changes.sql', /^CREATE TRIGGER name_account[^;]*;/m, 'schema differs auth.users.name_account'],
      ['changes.sql', /^CREATE POLICY "own papers"[^;]*;/m, 'schema differs storage.objects."own papers"'],
      ['schema.sql', /^CREATE POLICY "own name"[^;]*;/m, 'schema differs public.account_names."own name"'],
      ['schema.sql', /^ALTER PUBLICATION "supabase_realtime" ADD TABLE [^;]*account_names[^;]*;/m, 'supabase_realtime'],
    ])('of %s, %s is lost: NO-GO, by name', async (file, what, named) => {
      const set = await recordForm(project, cliForm('CLI', { useCopy: true }), folder)
      const before = await readFile(join(set, file), 'utf8')
      const after = before.replace(what, '')
      expect(after).not.toBe(before)
      await writeFile(join(set, file), after)
      const rehearsed = await rehearseForm(set)
      expect(rehearsed.record.verdict.answer).toBe('NO-GO')
      expect(redOf(rehearsed).join('\n')).toContain(named)
    })
  })
}
