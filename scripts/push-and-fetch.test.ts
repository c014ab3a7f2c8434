import { readdir, readFile, truncate } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultyS3 } from '../harness/backup/store/testing/s3-server.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'

let project: Project
let s3: FaultyS3
const name = '2026-11-08-pg17'
beforeEach(async () => {
  project = await Project.recorded()
  s3 = await FaultyS3.start()
})
afterEach(async () => {
  await s3[Symbol.asyncDispose]()
  await project[Symbol.asyncDispose]()
})

async function run(...args: string[]): Promise<Ended> {
  return rehearse(args, { cwd: project.folder, env: s3.environment })
}

describe.each(['bucket', 'folder'])('a set in a %s', (kind) => {
  const place = (): string => (kind === 'bucket' ? s3.place : project.path('elsewhere'))

  test('is pushed, verified where it is, fetched and rehearsed', async () => {
    const pushed = await run('push', `backups/${name}`, '--to', place())
    expect(pushed).toMatchObject({ code: 0, stderr: '' })
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

test('a file that was changed where it lies is NO-GO, and is not fetched', async () => {
  const place = project.path('elsewhere')
  expect((await run('push', `backups/${name}`, '--to', place)).code).toBe(0)
  await truncate(`${place}/${name}/roles.sql`, 10)
  const verified = await run('verify', '--from', place)
  expect(verified.code).toBe(1)
  expect(verified.stdout).toContain('NO-GO')
  const fetched = await run('fetch', '--from', place, '--out', 'fetched')
  expect(fetched.code).toBe(1)
  expect(await readdir(project.path('fetched'))).toEqual([])
})

test('what does not answer is UNDECIDED, and nothing there NO-GO or UNDECIDED, never GO', async () => {
  s3.meets('forbidden', 'GET', /backups/, 99)
  expect((await run('verify', '--from', s3.place)).code).toBe(2)
  expect((await run('verify', '--from', project.path('nowhere'))).code).toBe(2)
  expect((await run('fetch', '--from', project.path('nowhere'), '--out', 'x')).code).toBe(1)
  expect((await run('push', `backups/${name}`, '--to', 's3://a:b@c')).code).toBe(64)
  expect(await readFile(project.path(`backups/${name}/manifest.json`), 'utf8')).toContain('full_database_backup.sql')
})
