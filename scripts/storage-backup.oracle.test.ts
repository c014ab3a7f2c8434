import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startStorageServer, writeTables, type StorageServer } from '../fixtures/storage-server/index.ts'
import { findOracle } from '../harness/restore/testing/oracle-test.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { StandIn } from './testing/stand-in.ts'

const oracle = await findOracle(17)

describe.skipIf(oracle.isSkipped)(`Storage beside its database: ${oracle.title}`, { timeout: 120_000 }, () => {
  let standIn: StandIn
  let server: StorageServer
  let project: Project
  let identity = ''
  beforeAll(async () => {
    identity = await generateIdentity()
    standIn = await StandIn.start('CREATE TABLE public.a (id int PRIMARY KEY); INSERT INTO public.a VALUES (1)')
    server = await startStorageServer()
    server.shelf.addBucket('avatars')
    for (const name of ['anna.png', 'ben.png']) {
      server.shelf.put('avatars', name, { content: Buffer.from(name), mimetype: 'image/png' })
    }
    await writeTables(standIn.session, server.shelf)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await standIn[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    project = await Project.empty()
    await mkdir(project.path('plain'))
  })
  afterEach(async () => project[Symbol.asyncDispose]())

  async function run(...args: readonly string[]): Promise<Ended> {
    const env = {
      SHOP: standIn.url(),
      SUPABASE_URL: server.url,
      SUPABASE_SECRET_KEY: server.key,
      KEY: identity,
      REHEARSAL_PLAINTEXT: project.path('plain'),
      REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '',
    }
    const ended = await rehearse(args, { cwd: project.folder, env })
    expect(ended.stdout + ended.stderr).not.toContain(server.key)
    expect(await readdir(project.path('plain'))).toEqual([])
    return ended
  }
  const backup = ['backup', '--from', 'env:SHOP', '--out', 'sets'] as const
  const setOf = async () => `sets/${(await readdir(project.path('sets'))).find((name) => !name.startsWith('.'))}`

  it('is taken with it, and is GO; NO-GO where a file of it is gone', async () => {
    const taken = await run(...backup, '--storage')
    expect(taken).toMatchObject({ code: 0 })
    expect(taken.stderr).toContain('pulls 15 B in 2 objects of Storage: egress of the project')
    const set = await setOf()
    expect(await run('verify', set)).toMatchObject({ code: 0 })
    expect(await run('run', '--backup', 'sets')).toMatchObject({ code: 0 })
    await rm(project.path(`${set}/storage/files/avatars/ben.png`))
    expect(await run('verify', set)).toMatchObject({ code: 1 })
    const without = await run('run', '--backup', 'sets')
    expect(without).toMatchObject({ code: 1 })
    expect(without.stdout).toContain('avatars/ben.png')
  })

  it('is encrypted with it, and rehearsed out of that; NO-GO where its archive is gone', async () => {
    const key = ['--identity', 'env:KEY'] as const
    expect(
      await run(...backup, '--storage', '--recipients', await identityToRecipient(identity), ...key),
    ).toMatchObject({ code: 0 })
    const set = await setOf()
    expect((await readdir(project.path(`${set}/storage`))).toSorted()).toEqual([
      'files.tar.age',
      'storage-manifest.jsonl.age',
      'storage-summary.json.age',
    ])
    for (const [named, to] of [
      [set, 'out'],
      [`${set}/storage`, 'out2'],
    ] as const) {
      expect(await run('storage', 'restore', named, '--to', to, ...key)).toMatchObject({ code: 0 })
      expect(await readFile(project.path(`${to}/avatars/ben.png`), 'utf8')).toBe('ben.png')
    }
    expect(await run('storage', 'verify', set, '--live', ...key)).toMatchObject({ code: 0 })
    expect((await run('storage', 'restore', set, '--to', 'out3')).stderr).toContain('E_KEY_MISSING')
    const rehearsed = await run('run', '--backup', 'sets', ...key)
    expect(rehearsed).toMatchObject({ code: 0 })
    expect(rehearsed.stdout).not.toContain('its files are not in this backup')
    await rm(project.path(`${set}/storage/files.tar.age`))
    expect(await run('run', '--backup', 'sets', ...key)).toMatchObject({ code: 1 })
    const restored = await run('storage', 'restore', set, '--to', 'out3', ...key)
    expect(restored).toMatchObject({ code: 1, stdout: '' })
    expect(restored.stderr).toContain('files.tar.age')
  })

  it('is not taken where it is much and nobody agreed; and a set without it says so until it comes', async () => {
    const refused = await run(...backup, '--storage', '--ask-above', '10')
    expect(refused).toMatchObject({ code: 64, stdout: '' })
    expect(refused.stderr).toContain('this pulls 15 B in 2 objects of Storage')
    expect(refused.stderr).toContain('--yes')
    expect(await readdir(project.folder)).not.toContain('sets')
    const note = 'the files of Supabase Storage are not in it (2 in storage.objects)'
    expect((await run(...backup)).stdout).toContain(`note: ${note}`)
    const manifest = async () => readFile(project.path(`${await setOf()}/manifest.json`), 'utf8')
    expect(await manifest()).toContain(note)
    expect(await run('storage', 'download', `${await setOf()}/storage`)).toMatchObject({ code: 0 })
    expect(await manifest()).not.toContain(note)
  })

  it('leaves no set where a file cannot be fetched, and names one that the project has lost', async () => {
    // Nothing that is tried again: that takes a quarter of a minute.
    server.troubles.add({ route: 'get', name: 'ben.png', trouble: { kind: 'refused', status: 403 } })
    server.shelf.loseBytes('avatars', 'anna.png')
    const taken = await run(...backup, '--storage')
    server.troubles.clear()
    server.shelf.put('avatars', 'anna.png', { content: Buffer.from('anna.png'), mimetype: 'image/png' })
    expect(taken.stderr).toContain('the project has no bytes of it: a lost file: avatars/anna.png')
    expect(taken).toMatchObject({ code: 2, stdout: '' })
    expect(taken.stderr).toContain('a file of Storage could not be fetched: avatars/ben.png')
    expect((await readdir(project.path('sets'))).filter((name) => !name.startsWith('.'))).toEqual([])
  })

  it('is listed as its table has it, and named where it does not', async () => {
    const args = ['storage', 'manifest', '--database', 'env:SHOP'] as const
    expect(await run(...args)).toMatchObject({ code: 0 })
    server.shelf.put('avatars', 'clara.png', { content: Buffer.from('clara') })
    await standIn.session.query(`INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', 'dan.png')`)
    const differs = await run(...args)
    server.shelf.remove('avatars', 'clara.png')
    await standIn.session.query(`DELETE FROM storage.objects WHERE name = 'dan.png'`)
    expect(differs).toMatchObject({ code: 1 })
    for (const name of ['avatars/clara.png', 'avatars/dan.png']) expect(differs.stdout).toContain(name)
  })
})
