import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliForm, dumpForms, type DumpForm, type DumpSource } from '../../fixtures/supabase/dump-forms.ts'
import { startFullProject } from '../../fixtures/supabase/full-project.ts'
import { isRequired } from '../core/testing/is-required.ts'
import { containerEngine } from '../engine/index.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import type { Rehearsed } from './rehearse.ts'
import { recordForm, rehearseForm } from './testing/rehearse-form.ts'
import { redOf } from './testing/rehearse-set.ts'
import { StandIn } from './testing/two-servers.ts'

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

    describe("on a server of the user's", () => {
      let other: StandIn
      beforeAll(async () => {
        other = await StandIn.start('postgres', major)
      })
      afterAll(() => other[Symbol.asyncDispose]())

      /** `superuser`: who restores, in place of a login that is none. */
      const onServer = async (form: DumpForm, superuser?: string): Promise<Rehearsed> => {
        const urls = {
          SCRATCH: other.url(superuser),
          PRODUCTION: `postgresql://postgres:any@localhost/postgres?host=${project.server.address.host}`,
        }
        const flags = { engine: 'server', server: 'env:SCRATCH', production: 'env:PRODUCTION' } as const
        return rehearseForm(
          await recordForm(project, form, folder),
          { ...flags, ...(superuser && { superuser }) },
          urls,
        )
      }

      it('with a login that is no superuser, what it was refused is not checked, and nothing else is said', async () => {
        const form = cliForm('CLI, -s', {
          useCopy: true,
          keepComments: true,
          schemas: ['public', 'private', 'auth', 'storage'],
        })
        const rehearsed = await onServer(form)
        expect(redOf(rehearsed).filter((line) => !/^\S+(?: \S+)? not-checked /.test(line))).toEqual([])
        expect(rehearsed.record.verdict.answer).toBe('UNDECIDED')
      })

      it("what is the platform's own is left to it, said, and GO", async () => {
        const rehearsed = await onServer(dashboard, 'postgres')
        const { record } = rehearsed
        expect(redOf(rehearsed)).toEqual([])
        expect(record.verdict.answer).toBe('GO')
        expect(record.verdict.notices.map(({ message }) => message).join('\n')).toContain('left to the platform: ')
      })
      it.each([
        ['a setting of a role that the platform made', /^ALTER ROLE anon SET [^;]*;$/m, '', 'NO-GO', /differs anon: /],
        [
          "a right of the server's that a role of the user's is given",
          /^CREATE ROLE reporting;$/m,
          '$&\nGRANT pg_read_all_data TO reporting;',
          'UNDECIDED',
          /not-checked pg_read_all_data: /,
        ],
      ] as const)('%s is not', async (_, pattern, replacement, answer, named) => {
        const rehearsed = await onServer(
          changed(dashboard, (dump) => dump.replace(pattern, replacement)),
          'postgres',
        )
        expect(rehearsed.record.verdict.answer).toBe(answer)
        expect(redOf(rehearsed).join('\n')).toMatch(named)
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

/** The same, with its text changed. */
function changed(form: DumpForm, change: (dump: string) => string): DumpForm {
  return {
    ...form,
    async write(project, folder) {
      await form.write(project, folder)
      for (const name of await readdir(folder)) {
        const was = gunzipSync(await readFile(join(folder, name))).toString('utf8')
        expect(change(was)).not.toBe(was)
        await writeFile(join(folder, name), gzipSync(change(was)))
      }
    },
  }
}

function formOf(name: string): DumpForm {
  const form = dumpForms.find((candidate) => candidate.name === name)
  if (!form) throw new Error(`no form ${name}`)
  return form
}
