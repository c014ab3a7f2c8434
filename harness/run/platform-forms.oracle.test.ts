import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cliForm,
  defaultDumpAlone,
  dumpForms,
  threeFilesAlone,
  type DumpForm,
  type DumpSource,
} from '../../fixtures/supabase/dump-forms.ts'
import { startFullProject } from '../../fixtures/supabase/full-project.ts'
import { findOracle, toolsOf } from '../restore/testing/oracle-test.ts'
import { recordForm, rehearseForm } from './testing/rehearse-form.ts'
import { redOf } from './testing/rehearse-set.ts'

const oracles = await Promise.all([15, 17].map(findOracle))
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supabase-forms-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

for (const oracle of oracles) {
  describe.skipIf(oracle.isSkipped)(oracle.title, () => {
    let project: DumpSource
    beforeAll(async () => {
      project = { server: await startFullProject(oracle.major), tools: toolsOf(oracle) }
    })
    afterAll(() => project.server[Symbol.asyncDispose]())

    it.each(dumpForms.map((form) => [form.name, form] as const))('%s: nothing is refused, and GO', async (_, form) => {
      const rehearsed = await rehearseForm(await record(project, form))
      const { record: report } = rehearsed
      const refused = report.restore?.refused.filter(({ harmless }) => !harmless)
      expect(refused?.map(({ verb, object, code, message }) => [verb, object, code, message])).toEqual([])
      expect(redOf(rehearsed)).toEqual([])
      expect(report.verdict.answer).toBe('GO')
      expect(report.tables.find(({ table }) => table === 'auth.users')).toMatchObject({
        restored: '40',
        counts: 'same',
      })
    })

    it('says what was laid in, what is left to the platform, and what acts by itself', async () => {
      const { record: report } = await rehearseForm(await record(project, cliForm('CLI', { useCopy: true })))
      expect(report.engine?.provided).toEqual(
        expect.arrayContaining([
          'role anon',
          'role supabase_storage_admin',
          'schema auth',
          'schema storage',
          'schema cron',
          'table auth.audit_log_entries',
          'publication supabase_realtime',
        ]),
      )
      expect(report.notCovered.map(({ what }) => what)).toEqual(
        expect.arrayContaining([
          'definitions in schema auth',
          'schema supabase_migrations',
          'rows of supabase_migrations.schema_migrations',
          'rows of vault.secrets',
        ]),
      )
      const inert = report.findings.filter(({ notice, check }) => notice && check === 'restore')
      expect(inert.map(({ object }) => object)).toEqual(
        expect.arrayContaining(['cron job', 'queued request of pg_net', 'webhook', 'secret of the vault']),
      )
    })

    it("leaves the platform's extensions to the platform: they are not made, nothing is refused, and it is said", async () => {
      const own = ['pg_graphql', 'pg_net', 'pg_cron', 'supabase_vault']
      const made = own.map((name) => `CREATE EXTENSION IF NOT EXISTS "${name}" WITH SCHEMA "extensions";\n`).join('\n')
      const change = (dump: string): string => dump.replace(/^CREATE EXTENSION /m, () => `${made}\nCREATE EXTENSION `)
      const set = await record(project, cliForm('CLI', { useCopy: true, change }))
      expect(await readFile(join(set, 'schema.sql'), 'utf8')).toContain('"pg_cron"')
      const { record: report } = await rehearseForm(set)
      expect(report.restore?.refused.filter(({ harmless }) => !harmless)).toEqual([])
      expect(report.verdict.answer).toBe('GO')
      const said = report.findings.filter(({ check, notice }) => check === 'engine' && notice)
      expect(said.map(({ object }) => object)).toEqual(expect.arrayContaining(own))
    })

    it('in one pg_dump, rows of extensions that the engine lacks come over stand-ins; that one is gone is NO-GO', async () => {
      const set = await record(project, formOf('one pg_dump'))
      const file = join(set, 'full_database_backup.sql')
      const dump = asOfExtensions(await readFile(file, 'utf8'))
      await writeFile(file, dump)
      const rehearsed = await rehearseForm(set)
      expect(rehearsed.record.restore?.refused.filter(({ harmless }) => !harmless)).toEqual([])
      expect(redOf(rehearsed)).toEqual([])
      expect(rehearsed.record.verdict.answer).toBe('GO')
      expect(rehearsed.record.notCovered.filter(({ what }) => what.startsWith('rows of '))).toEqual([])
      const laid = rehearsed.record.engine?.provided.filter((what) => /^(?:schema|table) /.test(what))
      expect(laid).toEqual(['schema vault', 'schema cron', 'table cron.job', 'table vault.secrets'])
      await writeFile(file, dump.replace(/^(COPY vault\.secrets [^\n]*\n)[^\n]*\n/m, '$1'))
      expect(redOf(await rehearseForm(set)).join('\n')).toContain('row counts differs vault.secrets')
    })

    it('a dump of chosen schemas uses an extension that it does not make: laid in, and said with what to do', async () => {
      const form = cliForm('CLI', { useCopy: true, schemas: ['public', 'private'] })
      const { record: report } = await rehearseForm(await record(project, form))
      expect(report.verdict.answer).toBe('GO')
      expect(report.engine?.provided).toContain('extension pg_trgm')
      const said = report.findings.filter(({ object, notice }) => object === 'pg_trgm' && notice)
      expect(said).toMatchObject([{ check: 'engine', remedy: expect.stringContaining('CREATE EXTENSION') }])
    })

    it('a full dump that lost its extensions is NO-GO: what needs them is refused, and they are missing', async () => {
      const change = (dump: string): string => dump.replaceAll(/^CREATE EXTENSION .*;\n/gm, '')
      const rehearsed = await rehearseForm(await record(project, cliForm('CLI', { useCopy: true, change })))
      expect(rehearsed.record.engine?.provided).not.toContain('extension pg_trgm')
      expect(rehearsed.record.verdict.answer).toBe('NO-GO')
      const red = redOf(rehearsed).join('\n')
      for (const lost of ['restore differs public.notes_body', 'schema differs pg_trgm']) expect(red).toContain(lost)
    })

    it('names what the three files alone lose: the trigger on accounts, policies on files and channels', async () => {
      const rehearsed = await rehearseForm(await record(project, threeFilesAlone))
      expect(rehearsed.record.verdict.answer).toBe('NO-GO')
      const objects = rehearsed.record.findings.filter(({ status, notice }) => status === 'differs' && !notice)
      expect(objects.every(({ remedy }) => remedy?.includes('supabase db diff'))).toBe(true)
      expect(new Set(objects.map(({ object }) => object))).toEqual(
        new Set([
          'auth.users.on_auth_user_created',
          'storage.objects."own avatars"',
          'storage.objects."avatars for all"',
          'realtime.messages."own channel"',
        ]),
      )
    })

    it('a default dump that is taken for a full one is NO-GO: it holds no rows', async () => {
      const { record: report } = await rehearseForm(await record(project, defaultDumpAlone))
      expect(report.verdict.answer).toBe('NO-GO')
      const kind = report.findings.find(({ check }) => check === 'content kind')
      expect(kind).toMatchObject({ status: 'differs', remedy: expect.stringContaining('--data-only') })
    })

    it.each([
      ['row security is gone', 'ALTER TABLE "public"."notes" ENABLE ROW LEVEL SECURITY;', ''],
      ['a policy lets more through', /^(CREATE POLICY "shared notes" [^;]*) USING [^;]*;/m, '$1 USING (true);'],
      [
        'default privileges have given more than was granted',
        /^ALTER TABLE "public"."price_list" ENABLE ROW LEVEL SECURITY;/m,
        'GRANT ALL ON TABLE "public"."price_list" TO "anon";',
      ],
    ])('%s: who sees what is the first that is said', async (_, what, instead) => {
      const set = await record(project, cliForm('CLI', { useCopy: true }))
      const path = join(set, 'schema.sql')
      const before = await readFile(path, 'utf8')
      const after = before.replace(what, instead)
      expect(after).not.toBe(before)
      await writeFile(path, after)
      const { record: report } = await rehearseForm(set)
      expect(report.verdict.answer).toBe('NO-GO')
      expect(report.findings[0]).toMatchObject({ check: 'access', status: 'differs', notice: false })
    })

    it('a policy that is gone is named, and who sees less for it', async () => {
      const set = await record(project, cliForm('CLI', { useCopy: true }))
      const path = join(set, 'schema.sql')
      await writeFile(path, (await readFile(path, 'utf8')).replace(/^CREATE POLICY "own notes"[^;]*;/m, ''))
      const { record: report } = await rehearseForm(set)
      expect(report.verdict.answer).toBe('NO-GO')
      const named = report.findings.filter(({ status }) => status === 'differs')
      expect(named[0]).toMatchObject({ object: 'public.notes."own notes"', gravity: 'lost protection' })
      const users = named.filter(
        ({ check, message, notice }) => check === 'access' && !notice && /^user .* sees 0 rows of/.test(message),
      )
      expect(users.length).toBeGreaterThan(0)
    })

    it('names the damage that uniq does to a text of the roles', async () => {
      await using session = await project.server.connect('postgres')
      await session.query("ALTER ROLE reporting SET app.note = E'one\nsame\nsame\nend'")
      const rehearsed = await rehearseForm(await record(project, cliForm('CLI', { useCopy: true })))
      await session.query('ALTER ROLE reporting RESET app.note')
      expect(rehearsed.record.verdict.answer).toBe('NO-GO')
      const finding = rehearsed.record.findings.find(
        ({ object, status }) => object === 'reporting' && status === 'differs',
      )
      expect(finding).toMatchObject({ remedy: expect.stringContaining('pg_dumpall'), notice: false })
      expect(finding?.message).toContain('uniq')
    })

    it('names the damage that deleted comments do: a text that swallows what follows, a body without its lines', async () => {
      const comment = `COMMENT ON TABLE "public"."profiles" IS 'One\n-- for each account.';\n`
      const swallowed = cliForm('CLI', {
        change: (dump) => dump.replace(/^COMMENT ON TABLE "public"\."profiles" IS .*$/m, () => comment),
      })
      const first = await rehearseForm(await record(project, swallowed))
      expect(first.record.verdict.answer).toBe('NO-GO')
      const named = first.record.findings.filter(({ message }) => message.includes('deletes every line'))
      expect(named).toMatchObject([{ object: 'schema.sql', remedy: expect.stringContaining('--keep-comments') }])
      await using session = await project.server.connect('postgres')
      await session.query("create function public.told() returns int language sql as E'\n-- why\nselect 1\n'")
      const told = await rehearseForm(await record(project, cliForm('CLI', {})))
      await session.query('drop function public.told()')
      const finding = told.record.findings.find(({ object }) => object?.startsWith('public.told'))
      expect(finding).toMatchObject({ status: 'differs', remedy: expect.stringContaining('--keep-comments') })
      expect(finding?.message).toContain('lines that begin with -- are gone')
    })
  })
}

/** As pg_dump writes a project whose vault and cron are extensions': no definitions of theirs, their rows, rights on more. */
function asOfExtensions(dump: string): string {
  const member = /^--\n-- Name: [^\n]*; Type: (?!TABLE DATA|SEQUENCE SET|ACL|SCHEMA)[A-Z ]+; Schema: (?:vault|cron); /
  const entries = dump.split(/(?=^--\n-- (?:Data for )?Name: )/m).filter((entry) => !member.test(entry))
  const made = ['pg_cron', 'supabase_vault WITH SCHEMA vault'].map(
    (name) => `CREATE EXTENSION IF NOT EXISTS ${name};\n`,
  )
  const right = 'GRANT ALL ON FUNCTION vault._crypto_aead_det_decrypt(bytea) TO service_role;\n'
  const text = entries
    .join('')
    .replace(/^--\n-- Name: cron; Type: SCHEMA;[^;]*;\n/m, '')
    .replace(/^CREATE SCHEMA cron;\n+(?:ALTER SCHEMA cron OWNER TO [^;]*;\n)?/m, '')
  return text.replace(/^CREATE SCHEMA vault;\n/m, `$&\n${made.join('\n')}`).replace(/^GRANT /m, `${right}$&`)
}

function formOf(name: string): DumpForm {
  const form = dumpForms.find((candidate) => candidate.name === name)
  if (!form) throw new Error(`no form ${name}`)
  return form
}

function record(project: DumpSource, form: DumpForm): Promise<string> {
  return recordForm(project, form, folder)
}
