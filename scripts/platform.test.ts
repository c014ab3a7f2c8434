import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  dailyProject,
  ManagementServer,
  recoverableProject,
  type ServerOptions,
} from '../fixtures/management-server/index.ts'
import { daysOf } from './commands/platform.ts'
import { rehearse } from './testing/command.ts'
import { PlatformProject, token } from './testing/platform-project.ts'
import { Project } from './testing/project.ts'

const hour = 3_600_000

let shop: PlatformProject
beforeAll(async () => {
  shop = await PlatformProject.start()
})
afterAll(() => shop[Symbol.asyncDispose]())

async function ask(options: Partial<ServerOptions>, ...args: readonly string[]) {
  const ended = await shop.ask(options, ...args)
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(token)
  // A query is sent to the door for those that only read; a restore point is made by its own command alone.
  const writes = ended.asked.filter((line) => !/^GET |^POST \S+\/query\/read-only$/.test(line))
  const allowed =
    args[0] === 'restore-point' ? ['POST /v1/projects/abcdefghijklmnopqrst/database/backups/restore-point'] : []
  expect(allowed).toEqual(expect.arrayContaining(writes))
  return ended
}

const soon = (): string => new Date(Date.now() + hour).toISOString().replace(/\.\d+/, '')

describe('platform', () => {
  test('a project with a fresh backup is GO: sizes, addresses and what only a person sees stand beside it', async () => {
    const { code, stdout } = await ask({})
    expect(code).toBe(0)
    expect(stdout).toMatch(/ok +backup age +backup 108 was completed 6 h ago/)
    expect(stdout).toMatch(/note +schedule +not known: not part of the project’s plan \(402 entitlement_required/)
    expect(stdout).toContain('Storage 2.9 MB in 3 objects')
    expect(stdout).toContain(
      'postgresql://postgres.abcdefghijklmnopqrst@aws-N-eu-central-1.pooler.supabase.com:5432/postgres',
    )
    expect(stdout).toContain('[ ] spend-cap')
    expect(stdout).toMatch(/GO: backup age; that a backup restores is what rehearse run proves\n$/)
  })

  test('an old backup is NO-GO, in JSON too', async () => {
    const project = dailyProject(new Date(Date.now() - 48 * hour))
    const { code, stdout } = await ask({ project }, '--format', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'platform-report', answer: 'NO-GO' })
  })

  test('a backup that expires before the migration is over is NO-GO, and not known without the retention', async () => {
    const project = dailyProject(new Date(), {
      backups: [{ id: 1, status: 'COMPLETED', at: new Date().toISOString() }],
    })
    const migration = ['--migration', soon(), '--lasts', '3d']
    expect(await ask({ project }, ...migration)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('--retention-days'),
    })
    expect((await ask({ project }, ...migration, '--retention-days', '7')).code).toBe(0)
    expect(await ask({ project }, ...migration, '--retention-days', '2')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('backup 1 expires'),
    })
  })

  test('a token that is not taken is UNDECIDED; without a right to queries only the sizes are not known', async () => {
    await using project = await Project.small()
    await using platform = await ManagementServer.start({ project: dailyProject(new Date()), token })
    const env = { ...platform.environment }
    const other = { ...env, SUPABASE_ACCESS_TOKEN: 'sbp_of_another' }
    const refused = await rehearse(['platform'], { cwd: project.folder, env: other })
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('the token was not taken (401') })
    const allowed = await rehearse(['platform'], { cwd: project.folder, env })
    expect(allowed).toMatchObject({ code: 0, stdout: expect.stringMatching(/download size +not known: .*\(403/) })
  })

  test('what can’t be meant is refused before anything is asked', async () => {
    for (const args of [
      ['--project-ref', 'abcdefghijklmnopqrst/../x'],
      ['--retention-days', '0'],
      ['restore-point', '--name', 'no-terminal'],
    ]) {
      const { code, asked } = await ask({}, ...args)
      expect({ args, code, asked }).toEqual({ args, code: 64, asked: [] })
    }
    for (const text of ['seven', '-1', '1.5', '', '10000']) expect(() => daysOf(text)).toThrow(/no number of days/)
    await using project = await Project.small()
    expect(
      await rehearse(['platform', '--project-ref', 'abcdefghijklmnopqrst'], { cwd: project.folder }),
    ).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('SUPABASE_ACCESS_TOKEN'),
    })
  })

  test('what was signed in the backup log is shown with the name', async () => {
    await using project = await Project.recorded()
    await using platform = await shop.serve()
    const options = { cwd: project.folder, env: { ...platform.environment } }
    const place = ['--backups', 'backups']
    const signer = ['--role', 'Dashboard: spend-cap', '--name', 'Grace Hopper', '--set', '2026-11-08-pg17']
    // A step of the dashboard signs no set off.
    const unsigned = expect.stringContaining('1 set, 1 not signed off')
    expect(await rehearse(['log', 'sign', ...place, ...signer], options)).toMatchObject({ code: 0, stdout: unsigned })
    const { stdout } = await rehearse(['platform'], options)
    expect(stdout).toMatch(/\[x\] spend-cap .*\(Grace Hopper, /)
    expect(stdout).toMatch(/\[ \] root-key/)
    expect(stdout).toContain('rehearse log sign --set 2026-11-08-pg17 ')
  })
})

describe('platform restore-point', () => {
  const made = ['restore-point', '--name', 'before-0301', '--yes']

  test('makes one and waits for it; then it is available by name', async () => {
    const project = recoverableProject(new Date())
    const { code, stdout, asked } = await ask({ project, pendingFor: 0 }, ...made)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'restore point before-0301 of abcdefghijklmnopqrst is available\n',
    })
    expect(asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
    const there = recoverableProject(new Date(), { restorePoints: new Map([['before-0301', 'AVAILABLE']]) })
    expect((await ask({ project: there }, '--restore-point', 'before-0301')).code).toBe(0)
    expect((await ask({ project }, '--restore-point', 'before-0301')).code).toBe(1)
    expect(await ask({ project: there }, ...made)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('already'),
    })
  })

  test('one that fails is NO-GO, one that is not ready in time and a project without recovery UNDECIDED', async () => {
    const project = recoverableProject(new Date())
    expect((await ask({ project, pendingFor: 0, becomes: 'FAILED' }, ...made)).code).toBe(1)
    expect((await ask({ project, pendingFor: 1_000 }, ...made, '--wait', '1s')).code).toBe(2)
    expect(await ask({}, ...made)).toMatchObject({ code: 2, stderr: expect.stringContaining('point-in-time recovery') })
  })
})
