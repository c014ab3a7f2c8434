import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readProtection } from '../harness/backup/index.ts'
import { findOracle } from '../harness/restore/testing/oracle-test.ts'
import { takeBackup } from '../harness/run/index.ts'
import { killBackups } from './endurance/kill-backups.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { StandIn } from './testing/stand-in.ts'
import { loadedSchema } from './testing/write-load.ts'

const oracle = await findOracle(17)
const { signal } = new AbortController()

describe.skipIf(oracle.isSkipped)(`a backup that is to be protected: ${oracle.title}`, { timeout: 300_000 }, () => {
  let standIn: StandIn
  let identity = ''
  let recipient = ''
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const signing = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  beforeAll(async () => {
    standIn = await StandIn.start(loadedSchema)
    identity = await generateIdentity()
    recipient = await identityToRecipient(identity)
  })
  afterAll(async () => standIn[Symbol.asyncDispose]())

  let project: Project
  beforeEach(async () => {
    project = await Project.empty()
  })
  afterEach(async () => project[Symbol.asyncDispose]())

  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
    rehearse(args, {
      cwd: project.folder,
      env: {
        SHOP: standIn.url(),
        REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '',
        REHEARSAL_PLAINTEXT: project.folder,
        KEY: identity,
        SIGNING: signing,
        ...env,
      },
    })
  const backup = ['backup', '--from', 'env:SHOP', '--out', 'sets']
  const entries = async (): Promise<readonly string[]> =>
    readdir(project.path('sets'), { recursive: true }).catch(() => [])

  it('gets its name encrypted and signed, one after the other in a chain, and is GO', async () => {
    await project.write(
      'rehearsal.config.ts',
      `export default { backup: { path: 'sets', protect: true }, encrypt: { recipients: ['${recipient}'] }, signing: { key: 'env:SIGNING' } }`,
    )
    const first = await run([...backup, '--format', 'directory'])
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringContaining('not proven without --identity; signed, number 1'),
    ])
    const second = await run([...backup, '--identity', 'env:KEY', '--json'])
    const taken = JSON.parse(second.stdout) as { path: string; proven: string; manifest: { previous?: string } }
    expect(taken).toMatchObject({ proven: 'identity', manifest: { sequence: 2 } })
    expect(taken.manifest.previous).toMatch(/^[0-9a-f]{64}$/)
    const names = (await readdir(taken.path)).sort()
    expect(names).toEqual(['baseline.json.age', 'full_database_backup.dump.age', 'manifest.json', 'roles.sql.age'])
    expect((await entries()).filter((name) => /\.(?:dump|dat|sql|part)$/.test(name))).toEqual([])
    const key = await project.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
    const ended = await run(['run', '--identity', 'env:KEY', '--public-key', key])
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('every row equal to production')])
    expect((await run([...backup, '--no-protect'])).stdout).toContain(
      'in plain text, though the config names recipients',
    )
  })

  it('is signed alone where no recipient is named', async () => {
    expect(await run([...backup, '--signing-key', 'env:SIGNING'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('not encrypted; signed, number 1'),
    })
    expect((await entries()).some((name) => name.endsWith('full_database_backup.dump'))).toBe(true)
    expect(await run(['verify', '--backups', 'sets'])).toMatchObject({ code: 2 })
  })

  it('is refused before anything is written where no key is named, or none that can be read', async () => {
    expect(await run([...backup, '--protect'])).toMatchObject({ code: 64, stderr: expect.stringContaining('neither') })
    expect(await run([...backup, '--recipients', recipient, '--identity', 'env:NONE'])).toMatchObject({ code: 64 })
    expect(await run([...backup, '--recipients', identity])).toMatchObject({ code: 64 })
    expect(await entries()).toEqual([])
  })

  it('is none where it does not decrypt, and leaves nothing', async () => {
    const other = await generateIdentity()
    const out = await mkdtemp(join(tmpdir(), 'backup-protect-'))
    try {
      const encrypt = { recipients: [recipient], recipientsFile: null, identity: 'env:KEY', plaintext: null }
      const config = { encrypt, signing: { key: null, publicKey: null } }
      const protection = await readProtection(config, join(out, 'memory.json'), { KEY: other })
      const taking = takeBackup(standIn.request(join(out, 'sets'), { protection }))
      await expect(taking).rejects.toMatchObject({ code: 'E_KEY_WRONG' })
      expect(await readdir(join(out, 'sets'))).toEqual([])
    } finally {
      await rm(out, { recursive: true, force: true })
    }
  })

  it.runIf(process.platform === 'linux')('is whole and encrypted or is none when it is killed', async () => {
    const args = ['--recipients', recipient]
    const outcomes = await killBackups(standIn, { kills: 8, seed: 'protect', args, signal, onKill: () => undefined })
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([])
    expect(outcomes).toHaveLength(8)
  })

  it('has none of its rows in the folder at any time once it has its name', async () => {
    const taken = await run([...backup, '--recipients', recipient, '--compress', 'none'])
    expect(taken.code).toBe(0)
    const files = (await readdir(project.path('sets'), { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    )
    const texts = await Promise.all(
      files.map(async ({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
    )
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.filter((text) => text.includes('account 17'))).toEqual([])
  })
})
