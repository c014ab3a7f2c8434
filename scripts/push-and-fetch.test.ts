import { readdir, readFile, stat, truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { FaultyS3 } from '../harness/backup/store/testing/s3-server.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'

const name = '2026-11-08-pg17'

/** A project and a bucket of a test's own: what is tried again waits for seconds, and such tests wait side by side. */
class Scene implements AsyncDisposable {
  readonly project: Project
  readonly s3: FaultyS3

  private constructor(project: Project, s3: FaultyS3) {
    this.project = project
    this.s3 = s3
  }

  static async open(): Promise<Scene> {
    return new Scene(await Project.recorded(), await FaultyS3.start())
  }

  /** With a set in the bucket, and a config whose backups are there. */
  static async pushed(): Promise<Scene> {
    await using opened = new AsyncDisposableStack()
    const scene = opened.use(await Scene.open())
    expect((await scene.run('push', `backups/${name}`, '--to', scene.s3.place)).code).toBe(0)
    await scene.project.write('rehearsal.config.ts', `export default { backup: { path: '${scene.s3.place}' } }\n`)
    scene.s3.asked.length = 0
    opened.move()
    return scene
  }

  readonly run = async (...args: readonly string[]): Promise<Ended> =>
    rehearse(args, { cwd: this.project.folder, env: this.s3.environment })

  readonly here = async (...args: readonly string[]): Promise<Ended> =>
    rehearse(args, {
      cwd: this.project.folder,
      env: { ...this.s3.environment, REHEARSAL_FETCHED: this.project.path('fetched') },
    })

  /** How many dumps the bucket was asked for. */
  reads(): number {
    return this.s3.asked.filter((line) => line.startsWith('GET') && line.includes('.sql')).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.s3[Symbol.asyncDispose]()
    await this.project[Symbol.asyncDispose]()
  }
}

describe.each(['bucket', 'folder'])('a set in a %s', (kind) => {
  test('is pushed, verified where it is, fetched and rehearsed', async () => {
    await using scene = await Scene.open()
    const { project, run, s3 } = scene
    const place = (): string => (kind === 'bucket' ? s3.place : project.path('elsewhere'))
    const pushed = await run('push', `backups/${name}`, '--to', place())
    expect(pushed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^ {2}push +[\d.]+ m?s {2}\d files to .+\n$/),
    })
    expect(pushed.stdout).toContain('written and read back')
    expect((await run('push', `backups/${name}`, '--to', place())).stdout).toContain(
      'was there already, and is the same',
    )
    const verified = await run('verify', '--from', place())
    expect(verified.stdout).toContain(`GO        ${name}`)
    expect(verified.code).toBe(0)
    const fetched = await run('fetch', '--from', place(), '--out', 'fetched')
    expect(fetched).toMatchObject({ code: 0, stdout: `${project.path(`fetched/${name}`)}\n` })
    expect((await run('run', '--backup', 'fetched')).code).toBe(0)
  })
})

test('prune and log look at a bucket by the same rules, and without --delete nothing is changed', async () => {
  await using scene = await Scene.open()
  const { project, run, s3 } = scene
  await run('push', `backups/${name}`, '--to', s3.place)
  const looked = await run('prune', '--backups', s3.place, '--json')
  expect(looked).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(looked.stdout)).toMatchObject({ dryRun: true, sets: [{ name, fate: 'kept' }], outcome: null })
  expect(await run('log', '--backups', s3.place)).toMatchObject({ code: 0, stderr: '' })
  const log = await readFile(project.path('backup-log.md'), 'utf8')
  expect(log).toContain(`- **Location:** \`${s3.place}/${name}\``)
  const pruned = await run('prune', '--backups', s3.place, '--delete', '--json')
  expect(JSON.parse(pruned.stdout)).toMatchObject({ dryRun: false, outcome: { deleted: [], spared: [] } })
  expect(s3.asked.filter((line) => line.startsWith('DELETE') && !/\.(?:writer|pruned)\.json/.test(line))).toEqual([])
})

test('what does not answer is UNDECIDED, and nothing there NO-GO or UNDECIDED, never GO', async () => {
  await using scene = await Scene.open()
  const { project, run, s3 } = scene
  s3.meets('forbidden', 'GET', /backups/, 99)
  expect((await run('verify', '--from', s3.place)).code).toBe(2)
  expect((await run('verify', '--from', project.path('nowhere'))).code).toBe(2)
  expect((await run('fetch', '--from', project.path('nowhere'), '--out', 'x')).code).toBe(1)
  expect((await run('push', `backups/${name}`, '--to', 's3://a:b@c')).code).toBe(64)
  expect(await readFile(project.path(`backups/${name}/manifest.json`), 'utf8')).toContain('full_database_backup.sql')
})

describe('a config whose backups are in a bucket', () => {
  test('is rehearsed and verified by what lies there, which is brought once', async () => {
    await using scene = await Scene.pushed()
    const { here, project } = scene
    const ended = await here('run')
    expect(ended.stdout).toContain(name)
    expect(ended.code).toBe(0)
    const brought = scene.reads()
    expect(brought).toBeGreaterThan(1)
    expect(await here('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining(`GO        ${name}`) })
    expect(scene.reads()).toBe(brought)
    expect((await stat(project.path('fetched'))).mode & 0o777).toBe(0o700)
  })

  test('has a status there, for which no dump is read, and none where it does not answer', async () => {
    await using scene = await Scene.pushed()
    const { here, s3 } = scene
    const never = await here('status')
    expect([never.code, never.stdout]).toEqual([1, expect.stringMatching(/2026-11-08-pg17 .*never[^]*STALE/)])
    expect(never.stdout).not.toContain('problem')
    expect(scene.reads()).toBe(0)
    expect((await here('run')).code).toBe(0)
    expect(await here('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('OK: ') })
    s3.meets('forbidden', 'GET', /list-type/)
    expect((await here('status')).code).toBe(2)
  })
})

describe.concurrent('what is tried again for ten seconds, and stays as it is', () => {
  test('a file that was changed where it lies is NO-GO, and is not fetched', async () => {
    await using scene = await Scene.open()
    const { project, run } = scene
    const place = project.path('elsewhere')
    expect((await run('push', `backups/${name}`, '--to', place)).code).toBe(0)
    await truncate(`${place}/${name}/roles.sql`, 10)
    const [verified, fetched] = await Promise.all([
      run('verify', '--from', place),
      run('fetch', '--from', place, '--out', 'fetched'),
    ])
    expect(verified.code).toBe(1)
    expect(verified.stdout).toContain('NO-GO')
    expect(fetched.code).toBe(1)
    expect(await readdir(project.path('fetched'))).toEqual([])
  })

  test('shows what a migration may rest on: each set as it lies there, read to its end', async () => {
    await using scene = await Scene.pushed()
    const { here, s3 } = scene
    const at = '2026-11-09T00:00:00Z'
    const asked = ['checklist', '--migration', at, '--full-within', '2d', '--no-platform', '--format', 'json']
    const items = async () => {
      const { items: judged } = JSON.parse((await here(...asked)).stdout) as {
        items: { id: string; why: string; hint: string | null }[]
      }
      return Object.fromEntries(judged.map(({ id, why, hint }) => [id, `${why} ${hint ?? ''}`]))
    }
    const { 'full-backup': full, verified, rehearsed } = await items()
    expect([full, verified]).toEqual([`${name} `, expect.stringMatching(/^\d+ checks, all well/)])
    expect(rehearsed).toContain(
      `rehearse run --backup "$(rehearse fetch --from '${s3.place}' --set ${name} --out fetched)"`,
    )
    s3.meets('flip read', 'GET', /full_database/, 99)
    expect((await items())['verified']).toMatch(/not what its manifest says/)
  })

  test('is no GO where it does not answer, nor where something else lies there than was pushed', async () => {
    await using scene = await Scene.pushed()
    const { here, s3 } = scene
    s3.meets('forbidden', 'GET', /list-type/)
    const silent = await here('run')
    expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('[E_STORE_UNREACHABLE]')])
    s3.meets('flip read', 'GET', /roles\.sql/, 9)
    const damaged = await here('run')
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining('[E_DUMP_DAMAGED]')])
  })
})
