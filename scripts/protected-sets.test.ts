import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { generateKeyPairSync } from 'node:crypto'
import { sealSet } from '../harness/backup/index.ts'
import { rehearse, startRehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'

let project: Project
let recipient: string
let identity: string
let publicFile: string
const set = 'backups/2026-11-08-pg17'
const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  rehearse(args, { cwd: project.folder, env: { REHEARSAL_PLAINTEXT: project.path('plain'), ...env } })

beforeAll(async () => {
  project = await Project.recorded()
  await mkdir(project.path('plain'))
  identity = await generateIdentity()
  recipient = await identityToRecipient(identity)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  publicFile = await project.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const made = await run(['protect', set, '--out', 'safe', '--recipients', recipient, '--signing-key', 'env:SIGNING'], {
    SIGNING: pem,
  })
  expect(made.stderr).toBe('')
  expect(made).toMatchObject({ code: 0 })
  expect(made.stdout).toContain('signed, number 1')
})
afterAll(async () => project[Symbol.asyncDispose]())

/** In a folder of our own: other tests decrypt in the usual one at the same time. */
const plaintexts = () => readdirSync(project.path('plain'))

describe('an encrypted set', () => {
  test('is rehearsed with its key, and nothing of it stays behind', async () => {
    const ended = await run(['run', '--backup', 'safe', '--identity', 'env:KEY', '--public-key', publicFile], {
      KEY: identity,
    })
    expect(ended.stdout).toContain('GO')
    expect(ended.code).toBe(0)
    expect(JSON.stringify(await project.record())).toContain('it is signed with the key named')
    expect(
      ended.stdout + ended.stderr + (await readFile(project.path('.rehearsal/latest/verdict.json'), 'utf8')),
    ).not.toContain(identity)
    expect(plaintexts()).toEqual([])
  })

  test('is UNDECIDED without it, or with another', async () => {
    const without = await run(['run', '--backup', 'safe'])
    expect(without.code).toBe(2)
    expect(without.stdout).toContain('is encrypted, and no identity was given')
    const other = await run(['run', '--backup', 'safe', '--identity', 'env:KEY'], { KEY: await generateIdentity() })
    expect(other.code).toBe(2)
    expect(other.stdout).toContain('does not open it')
    expect((await run(['verify', `safe/2026-11-08-pg17`], {})).code).toBe(2)
  })

  test('is verified without a server, and a dump of it inspected', async () => {
    const env = { REHEARSAL_IDENTITY: 'env:KEY', KEY: identity, REHEARSAL_PUBLIC_KEY: publicFile }
    const verified = await run(['verify', '--backups', 'safe', '--json'], env)
    expect(verified.code).toBe(0)
    expect(JSON.parse(verified.stdout)).toMatchObject([{ answer: 'GO' }])
    const dump = 'safe/2026-11-08-pg17/full_database_backup.sql.age'
    const inspected = await run(['inspect', dump, '--json'], env)
    expect(inspected.code).toBe(0)
    expect(JSON.parse(inspected.stdout)).toMatchObject({ completeness: 'complete', writer: 'pg_dump' })
    expect((await run(['inspect', dump])).code).toBe(2)
    expect(plaintexts()).toEqual([])
  })

  test('is NO-GO when it is cut at a border between two pieces, or unsigned', async () => {
    execFileSync('cp', ['-r', project.path('safe'), project.path('cut')])
    const dump = project.path('cut/2026-11-08-pg17/full_database_backup.sql.age')
    const sealed = await readFile(dump)
    const header = sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1
    await truncate(dump, header + 16 + 3 * (65_536 + 16))
    const env = { REHEARSAL_IDENTITY: 'env:KEY', KEY: identity }
    const cut = await run(['run', '--backup', 'cut'], env)
    expect(cut.code).toBe(1)
    expect(cut.stdout.replaceAll(/\s+/g, ' ')).toContain('the encrypted file ends too early')
    const unsigned = await run(['verify', set, '--public-key', publicFile], env)
    expect(unsigned.code).toBe(1)
    expect(unsigned.stdout).toContain('E_BACKUP_SIGNATURE')
  })

  test.each([
    ['protect', () => ['protect', 'large/one', '--out', 'swept', '--recipients', recipient]],
    ['fetch', () => ['fetch', '--from', project.path('large'), '--out', 'swept']],
  ])('of a killed %s nothing is left after the next one', async (_, args) => {
    // Large enough to be killed in the middle of.
    await mkdir(project.path('large/one'), { recursive: true })
    await writeFile(project.path('large/one/full.sql'), Buffer.alloc(64 * 1024 ** 2))
    await sealSet(project.path('large/one'), { replace: true })
    const left = async () => readdir(project.path('swept')).catch(() => [])
    const killed = startRehearse(args(), { cwd: project.folder })
    while (killed.child.exitCode === null && !(await left()).some((name) => name.endsWith('.tmp')))
      await new Promise((done) => setImmediate(done))
    killed.child.kill('SIGKILL')
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(new Set((await left()).map((name) => name.split('.').at(-1)))).toEqual(new Set(['owner', 'tmp']))
    expect(await run(args())).toMatchObject({ code: 0 })
    expect(await left()).toEqual(['one'])
    await rm(project.path('swept'), { recursive: true })
  })

  test('takes no key by an argument', async () => {
    const ended = await run(['verify', 'safe', '--identity', identity])
    expect(ended.code).toBe(64)
    expect(ended.stdout + ended.stderr).not.toContain(identity)
  })

  test('is refused whole for restore where the signature is not the one named', async () => {
    const other = join(project.folder, 'other.pem')
    const { publicKey } = generateKeyPairSync('ed25519')
    await writeFile(other, publicKey.export({ type: 'spki', format: 'pem' }).toString())
    const ended = await run(['restore', 'safe/2026-11-08-pg17', '--to', 'env:T', '--public-key', other], {
      T: `postgresql://u@127.0.0.1:1/${randomBytes(4).toString('hex')}`,
    })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('signed with another key')
  })
})
