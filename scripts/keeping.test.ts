import { createServer } from 'node:http'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { rehearse } from './testing/command.ts'
import { Project } from './testing/project.ts'

const config = (more: string) =>
  `export default { project: 'shop', backup: { path: './backups' }, parity: 'not-required', ${more} }\n`

async function projectWith(more = ''): Promise<Project> {
  const project = await Project.small()
  await project.write('rehearsal.config.ts', config(more))
  await project.write('backups/shop_20251122_020000.sql', await readFile(project.path('dump.sql'), 'utf8'))
  return project
}

async function webhook(status = 200) {
  const bodies: { readonly outcome: string; readonly text: string; readonly event: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(JSON.parse(body) as (typeof bodies)[number])
      response.writeHead(status).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/s3cret`
  return { bodies, env: { HOOK: url }, [Symbol.asyncDispose]: async () => void server.close() }
}

test('a drill that never ran shows, one that did is on record, and the log says it', async () => {
  await using project = await projectWith()
  const cwd = project.folder
  const before = await rehearse(['status'], { cwd })
  expect(before.code).toBe(1)
  expect(before.stdout).toContain('STALE: no rehearsal of any of these sets is on record')

  expect((await rehearse(['run'], { cwd })).code).toBe(0)
  expect(await readdir(project.path('backups'))).toEqual(['shop_20251122_020000.sql'])
  const after = await rehearse(['status'], { cwd })
  expect({ code: after.code, stdout: after.stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/shop_20251122_020000\.sql .* GO\n[^]*OK: shop_20251122_020000\.sql was rehearsed/),
  })
  expect((await rehearse(['status', '--max-age', '1ms'], { cwd })).code).toBe(1)
  const json = JSON.parse((await rehearse(['status', '--format', 'json'], { cwd })).stdout) as { answer: string }
  expect(json).toMatchObject({ kind: 'backup-status', answer: 'fresh', sets: [{ last: { answer: 'GO' } }] })

  expect((await rehearse(['log'], { cwd })).stdout).toBe('backup-log.md: 1 set, 1 not signed off\n')
  const sign = ['log', 'sign', '--set', 'shop_20251122_020000.sql', '--role', 'Verified by', '--name', 'Grace *Hopper*']
  // In a log of another name, which is another log.
  const other = [...sign, '--file', 'other.md']
  expect(await rehearse(other, { cwd })).toMatchObject({ code: 0, stdout: 'other.md: 1 set\n' })
  expect((await rehearse(['log'], { cwd })).stdout).toBe('backup-log.md: 1 set, 1 not signed off\n')
  const signed = await rehearse(sign, { cwd })
  expect(signed).toMatchObject({ code: 0, stdout: 'backup-log.md: 1 set\n' })
  const log = await readFile(project.path('backup-log.md'), 'utf8')
  expect(log).toContain('- **Verified by:** Grace \\*Hopper\\*')
  expect(log).toMatch(/\*\*Restoration Procedure Confirmed:\*\* ✅ Yes \(rehearsed/)
  expect((await stat(project.path('.rehearsal/history.jsonl'))).mode & 0o777).toBe(0o600)
})

test('prune looks and changes nothing, and with --delete says what it did and leaves it on record', async () => {
  await using project = await projectWith('retention: { last: 1, daily: 0, weekly: 0, monthly: 1, floor: 1 }')
  const cwd = project.folder
  const dump = await readFile(project.path('dump.sql'), 'utf8')
  for (const day of ['01', '02', '03']) await project.write(`backups/shop_202511${day}_020000.sql`, dump)
  expect((await rehearse(['run'], { cwd })).code).toBe(0)
  const dry = await rehearse(['prune'], { cwd })
  expect(dry).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/shop_20251103_020000\.sql .* DELETE +no rule keeps it/),
  })
  expect(dry.stdout).toContain('3 sets would be deleted')
  expect(await readdir(project.path('backups'))).toHaveLength(4)
  const kept = await rehearse(['prune', '--keep-last', '4'], { cwd })
  expect(kept.stdout).toContain('Nothing would be deleted.')
  const done = await rehearse(['prune', '--delete'], { cwd })
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('3 sets deleted') })
  expect(await readdir(project.path('backups'))).toEqual(['shop_20251122_020000.sql'])
  expect(await readFile(project.path('.rehearsal/history.jsonl'), 'utf8')).toMatch(/"kind":"prune".*shop_20251101/)
})

test('the team is told of a GO, of a prune, and of a command that failed', async () => {
  await using project = await projectWith("notify: { webhook: 'env:HOOK' }")
  await using hook = await webhook()
  const options = { cwd: project.folder, env: hook.env }
  expect((await rehearse(['notify', '--test'], options)).stdout).toBe('the webhook env:HOOK took the notice\n')
  expect((await rehearse(['run'], options)).code).toBe(0)
  expect((await rehearse(['prune', '--delete'], options)).code).toBe(0)
  expect((await rehearse(['run', '--backup', 'nowhere'], options)).code).toBe(64)
  const backup = ['backup', '--from', 'env:DB', '--out', 'sets']
  const nowhere = { ...options, env: { ...hook.env, DB: 'postgres://nobody@127.0.0.1:1/none' } }
  expect((await rehearse(backup, nowhere)).code).toBeGreaterThan(0)
  expect(hook.bodies.map(({ event, outcome, text }) => `${event} ${outcome}: ${text}`)).toEqual([
    'test done: shop: this is a test of rehearse; nothing has happened',
    expect.stringMatching(/^rehearsal GO: shop: the rehearsal of .* says GO$/),
    'prune done: shop: 0 backup sets were deleted (0 B)',
    expect.stringMatching(/^rehearsal failed: the rehearsal failed: .*nowhere.* \[E_PATH_NOT_FOUND\]$/),
    expect.stringMatching(/^backup failed: the backup failed: .* \[E_/),
  ])
})

test('a team that was not told makes a GO exit with 2, in a line that holds no secret; the evidence stands', async () => {
  await using project = await projectWith("notify: { webhook: 'env:HOOK' }")
  await using hook = await webhook(500)
  const ended = await rehearse(['run'], { cwd: project.folder, env: hook.env })
  expect(ended.code).toBe(2)
  expect(ended.stdout).toContain('GO')
  expect(ended.stderr).toContain('the team was not told: the webhook env:HOOK failed, it answered 500')
  expect(ended.stderr).toContain('[E_NOTIFY_FAILED]')
  expect(ended.stderr + ended.stdout).not.toContain('s3cret')
  expect((await project.record()).verdict.answer).toBe('GO')
  expect((await rehearse(['status'], { cwd: project.folder })).code).toBe(0)
  const unset = await rehearse(['run'], { cwd: project.folder })
  expect(unset).toMatchObject({ code: 64, stderr: expect.stringContaining('notify.webhook names env:HOOK') })
})
