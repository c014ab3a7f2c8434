import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliForm, dumpForms, type DumpForm, type DumpSource } from '../../fixtures/supabase/dump-forms.ts'
import { startFullProject } from '../../fixtures/supabase/full-project.ts'
import { isRequired } from '../core/testing/is-required.ts'
import { containerEngine } from '../engine/index.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import type { Rehearsed } from './rehearse.ts'
import { recordForm, rehearseForm } from './testing/rehearse-form.ts'
import { redOf } from './testing/rehearse-set.ts'

/* The embedded engine, with all forms: platform-forms.oracle.test.ts. */
const cli = cliForm('CLI, --use-copy', { useCopy: true })
const dashboard = formOf("the dashboard's download")
const oracles = await Promise.all([15, 17].map(findOracle))
const environment = { REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'], PATH: process.env['PATH'] }

for (const oracle of oracles) {
  const { major } = oracle
  const images = [`postgres:${major}`, `rehearsal/supabase-shaped:${major}`]
  describe.skipIf(oracle.isSkipped)(`a Supabase project, ${oracle.title}`, async () => {
    let folder = ''
    let project: DumpSource
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'supabase-engines-'))
      await chmod(folder, 0o755)
      project = { server: await startFullProject(major), tools: toolsOf(oracle) }
    })
    afterAll(async () => {
      await project.server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    describe.each(images)('in a container of %s', async (image) => {
      const missing = await obstacle(image, major)
      const title = missing && !isRequired('container') ? ` (not run: no ${missing})` : ''
      it.skipIf(title !== '').each([cli, dashboard].map((form) => [form.name, form] as const))(
        `%s: nothing is refused, and GO${title}`,
        async (_, form) => {
          const rehearsed = await rehearseForm(await recordForm(project, form, folder), { engine: 'container', image })
          expect(rehearsed.record.engine?.kind).toBe('container')
          expectGo(rehearsed)
        },
      )
      it.skipIf(title !== '' || image !== images[0])(`a lost policy is NO-GO here too${title}`, async () => {
        const change = (dump: string): string => dump.replace(/^CREATE POLICY "own notes"[^;]*;/m, '')
        const set = await recordForm(project, cliForm('CLI', { useCopy: true, change }), folder)
        const rehearsed = await rehearseForm(set, { engine: 'container', image })
        expect(rehearsed.record.verdict.answer).toBe('NO-GO')
        expect(redOf(rehearsed).join('\n')).toContain('differs public.notes."own notes"')
      })
    })

    it.each([cli, dashboard].map((form) => [form.name, form] as const))(
      '%s, by the stock clients: nothing is refused, and GO',
      async (_, form) => {
        const set = await recordForm(project, form, folder)
        const rehearsed = await rehearseForm(set, { restorer: 'stock' }, environment)
        expect(rehearsed.record.restore?.restorer).toMatch(/^psql /)
        expectGo(rehearsed)
      },
    )
  })
}

function expectGo(rehearsed: Rehearsed): void {
  const { record } = rehearsed
  const refused = record.restore?.refused.filter(({ harmless }) => !harmless)
  expect(refused?.map(({ verb, object, message }) => `${verb} ${object}: ${message}`)).toEqual([])
  expect(redOf(rehearsed)).toEqual([])
  expect(record.verdict.answer).toBe('GO')
}

/** Why a set of that major can't be rehearsed in that image here; null when it can. */
async function obstacle(image: string, major: number): Promise<string | null> {
  const need = { major, extensions: [], plainBytes: 0, superuser: 'postgres' }
  return (await containerEngine({ image }).lacks(need)).find(({ fatal }) => fatal)?.what ?? null
}

function formOf(name: string): DumpForm {
  const form = dumpForms.find((candidate) => candidate.name === name)
  if (!form) throw new Error(`no form ${name}`)
  return form
}
