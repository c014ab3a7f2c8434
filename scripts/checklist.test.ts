import { mkdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { dailyProject, ManagementServer } from '../fixtures/management-server/index.ts'
import { sealSet } from '../harness/backup/index.ts'
import { rehearse } from './testing/command.ts'
import { Project } from './testing/project.ts'

const minuteMs = 60_000
const people = ['rollback-plan', 'team-told', 'sign-off']

async function sealedSet(project: Project, name: string, createdAt: Date): Promise<void> {
  await mkdir(project.path(`backups/${name}`), { recursive: true })
  await project.write(`backups/${name}/full.sql`, await readFile(project.path('dump.sql'), 'utf8'))
  await sealSet(project.path(`backups/${name}`), { createdAt, label: 'pre-migration', source: { database: 'shop' } })
}

test('migration day from nothing to GO: what is missing is named until all of it is done', async () => {
  await using project = await Project.small()
  const backup = "backup: { path: './backups' }, parity: 'not-required'"
  await project.write('rehearsal.config.ts', `export default { project: 'shop', ${backup} }\n`)
  const cwd = project.folder
  const start = Date.now()
  const ago = (minutes: number) => new Date(start - minutes * minuteMs)
  const checklist = (at: Date, ...more: string[]) =>
    rehearse(['checklist', '--migration', at.toISOString(), '--file', 'signed.json', ...more], { cwd })
  await sealedSet(project, 'first', ago(50))
  const zero = ago(0)

  const early = await checklist(ago(-120))
  expect(early).toMatchObject({ code: 0, stdout: expect.stringContaining('GO SO FAR: nothing is overdue; ') })
  const bare = await checklist(zero)
  expect(bare.code).toBe(1)
  expect(bare.stdout).toContain(
    'NO-GO: 7 of 11 missing: rollback-plan, team-told, rehearsed, fresh-backup, fresh-verified, fresh-age, sign-off',
  )

  expect((await rehearse(['run'], { cwd })).code).toBe(0)
  await sealedSet(project, 'second', ago(10))
  for (const item of people) {
    const sign = [
      'checklist',
      'sign',
      '--migration',
      zero.toISOString(),
      '--item',
      item,
      '--name',
      'Grace Hopper',
      '--file',
      'signed.json',
    ]
    expect(await rehearse(sign, { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('Grace Hopper') })
  }
  const done = await checklist(zero)
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('GO: everything is done') })
  /* Put off by a minute: people sign again. */
  const later = JSON.parse((await checklist(ago(1), '--format', 'json')).stdout) as { missing: string[] }
  expect(later).toMatchObject({ kind: 'migration-checklist-report', answer: 'NO-GO', missing: people })

  const dump = await readFile(project.path('backups/first/full.sql'), 'utf8')
  await project.write(
    'backups/first/full.sql',
    dump.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  )
  expect(await checklist(zero)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('NO-GO: 1 of 11 missing: verified'),
  })
})

test('of a project of Supabase the platform is asked too: what it does not say, or can’t be asked, is not done', async () => {
  await using project = await Project.small()
  const token = 'sbp_0123456789abcdef0123456789abcdef01234567'
  const query = async () => Promise.reject(new Error('no database'))
  await using platform = await ManagementServer.start({ project: dailyProject(new Date()), token, query })
  const at = new Date().toISOString()
  await sealedSet(project, 'only', new Date())
  const judged = async (env: Readonly<Record<string, string>>, ...more: string[]) => {
    const args = ['checklist', '--migration', at, '--backups', 'backups', '--format', 'json', ...more]
    const { stdout } = await rehearse(args, { cwd: project.folder, env })
    const { items } = JSON.parse(stdout) as { items: { id: string; state: string; why: string }[] }
    return items.find(({ id }) => id === 'platform')
  }
  const { environment } = platform
  expect(await judged(environment)).toMatchObject({
    state: 'done',
    why: expect.stringMatching(/^\d checks, all well$/),
  })
  const short = await judged(environment, '--retention-days', '1')
  expect(short).toMatchObject({ state: 'missing', why: expect.stringContaining('before the migration ends') })
  const silent = await judged({ ...environment, SUPABASE_ACCESS_TOKEN: '' })
  expect(silent).toMatchObject({ state: 'missing', why: 'not checked: SUPABASE_ACCESS_TOKEN is not set' })
  expect(await judged(environment, '--no-platform')).toBeUndefined()
})

test('what can’t be meant is refused', async () => {
  await using project = await Project.small()
  const options = { cwd: project.folder }
  const local = await rehearse(['checklist', '--migration', '2026-03-01T20:00:00'], options)
  expect(local).toMatchObject({ code: 64, stderr: expect.stringContaining('is no time with a zone') })
  expect(await rehearse(['checklist'], options)).toMatchObject({ code: 64 })
  const sign = ['checklist', 'sign', '--migration', '2026-03-01T20:00:00Z', '--name', 'Grace', '--item', 'verified']
  const machine = await rehearse(sign, options)
  expect(machine).toMatchObject({ code: 64, stderr: expect.stringContaining('not signed off by a person') })
})
