import { mkdir, readdir } from 'node:fs/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { smallDump } from './testing/small-dump.ts'

const set = 'backups/2026-11-08-pg17'
const sealed = 'safe/2026-11-08-pg17'
let project: Project
let identity = ''
beforeAll(async () => {
  project = await Project.recorded()
  identity = await generateIdentity()
  await mkdir(project.path('plain'))
  const protect = ['protect', set, '--out', 'safe', '--recipients', await identityToRecipient(identity)]
  expect(await run(protect)).toMatchObject({ code: 0 })
})
afterAll(async () => project[Symbol.asyncDispose]())

/** No plain text is left, whatever came of it. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const plain = project.path('plain')
  const ended = await rehearse(args, { cwd: project.folder, env: { REHEARSAL_PLAINTEXT: plain, ...env } })
  expect(await readdir(plain)).toEqual([])
  return ended
}

const key = ['--identity', 'env:KEY']

describe('inspect of a set', () => {
  test.each([set, sealed])('shows each dump in it: %s', async (path) => {
    const ended = await run(['inspect', path, ...key], { KEY: identity })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    for (const name of ['full_database_backup.sql', 'schema_only_backup.sql'])
      expect(ended.stdout).toContain(`${path}/${name}\n`)
    const json = JSON.parse((await run(['inspect', path, '--json', ...key], { KEY: identity })).stdout)
    expect(json).toMatchObject({ set: path })
    expect(json.dumps.map(({ completeness }: { completeness: string }) => completeness)).toContain('complete')
  })

  test('of a folder of sets is one of its newest alone, and says where that is', async () => {
    await project.write('two/2026-11-20/full.sql', smallDump())
    await project.write('two/2026-11-20/roles.sql', 'CREATE ROLE other;\n')
    await project.write('two/2026-11-21/full.sql', smallDump())
    const { code, stdout } = await run(['inspect', 'two', '--json'])
    const { set: opened, dumps } = JSON.parse(stdout)
    expect([code, opened]).toEqual([0, project.path('two/2026-11-21')])
    expect(dumps.map(({ path }: { path: string }) => path)).toEqual([project.path('two/2026-11-21/full.sql')])
  })

  test('that is encrypted wants the key', async () => {
    expect(await run(['inspect', sealed])).toMatchObject({ code: 2, stderr: expect.stringContaining('E_KEY_MISSING') })
    const other = await run(['inspect', sealed, ...key], { KEY: await generateIdentity() })
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('E_KEY_WRONG') })
  })

  test('is NO-GO when one of its dumps is cut off', async () => {
    const dump = await project.write(
      'cut/a.sql',
      '--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.a (id int',
    )
    expect(await run(['inspect', 'cut'])).toMatchObject({ code: 1, stdout: expect.stringContaining('cut/a.sql') })
    expect(dump).toContain('cut')
  })
})

describe('diff of encrypted sides', () => {
  test('is that of what they hold: a set with its facts, both encrypted', { timeout: 120_000 }, async () => {
    const args = ['diff', `${sealed}/baseline.json.age`, sealed, ...key]
    expect(await run(args, { KEY: identity })).toMatchObject({ code: 0, stdout: expect.stringContaining('SAME') })
    const plain = await run(['diff', `${set}/baseline.json`, sealed, ...key], { KEY: identity })
    expect(plain).toMatchObject({ code: 0 })
  })

  test('can not be done without the key', async () => {
    const ended = await run(['diff', `${sealed}/baseline.json.age`, `${set}/baseline.json`])
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('E_KEY_MISSING') })
    expect(await run(['diff', sealed, `${set}/baseline.json`])).toMatchObject({ code: 2 })
  })
})
