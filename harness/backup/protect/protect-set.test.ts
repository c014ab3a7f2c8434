import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFiles, findLatestSet, openSet, sealSet, type BackupSet } from '../index.ts'
import { protectSet, type ProtectOptions } from './protect-set.ts'
import { freshKey, signingPair, type TestKey } from './testing/keys.ts'
import { digestManifest } from './sequence-memory.ts'
import { signManifest } from './sign-manifest.ts'
import { unlockSet } from './unlock-set.ts'
import { verifySet, type VerifyOptions } from './verify-set.ts'

let folder: string
let key: TestKey
const signing = signingPair()
const full = 'create table a (id int);\n'.repeat(10_000)
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'protect-')))
  key = await freshKey()
  await mkdir(at('plain/dump'), { recursive: true })
  await writeFile(at('plain/full.sql'), full)
  await writeFile(at('plain/dump/toc.dat'), 'PGDMP')
  await writeFile(at('plain/dump/3001.dat.gz'), 'rows')
  await sealSet(at('plain'), { createdAt: '2026-11-01T00:00:00Z', id: 'one', name: 'one' })
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

async function made(target: string, options: Partial<ProtectOptions> = {}): Promise<BackupSet> {
  await protectSet(await openSet(at('plain')), at(target), { recipients: [key.recipient], ...options })
  return openSet(at(target))
}
const chain = (sequence: number, previous: string | null = null) => ({
  signing: { key: signing.privateKey, sequence, previous },
})
async function verified(set: BackupSet, options: Partial<VerifyOptions> = {}): Promise<string[]> {
  const given = { identities: key.identities, publicKey: null, memory: null, isLatest: false, ...options }
  const findings = await verifySet(set, given)
  expect(findings.length).toBeGreaterThan(0)
  return [...new Set(findings.filter(({ status }) => status !== 'same').map(({ code, status }) => `${status} ${code}`))]
}

describe('a protected set', () => {
  test('says its names and both digests, and nothing of its content is readable', async () => {
    const set = await made('safe')
    expect(set.problems).toEqual([])
    expect(set.manifest?.files.map(({ name }) => name)).toEqual([
      'dump/3001.dat.gz.age',
      'dump/toc.dat.age',
      'full.sql.age',
    ])
    expect(set.manifest?.files.at(-1)?.plain).toEqual({
      bytes: full.length,
      sha256: createHash('sha256').update(full).digest('hex'),
    })
    expect((await checkFiles(set)).map(({ state }) => state)).toEqual(['intact', 'intact', 'intact'])
    expect((await readFile(at('safe/full.sql.age'))).includes('create table')).toBe(false)
    expect((await stat(at('safe'))).mode & 0o777).toBe(0o700)
    for (const name of ['manifest.json', 'full.sql.age'])
      expect((await stat(at(`safe/${name}`))).mode & 0o777).toBe(0o600)
    expect((await readdir(folder)).sort()).toEqual(['plain', 'safe'])
  })

  test('never takes the place of another, and leaves nothing where it fails', async () => {
    await made('safe')
    const before = await digestManifest(at('safe/manifest.json'))
    await expect(made('safe')).rejects.toMatchObject({ code: 'E_USAGE' })
    expect(await digestManifest(at('safe/manifest.json'))).toBe(before)
    const stranger = await freshKey()
    await expect(made('other', { identities: stranger.identities })).rejects.toMatchObject({ code: 'E_KEY_WRONG' })
    await truncate(at('plain/full.sql'), 100)
    await expect(made('third')).rejects.toMatchObject({ code: 'E_DUMP_DAMAGED' })
    expect((await readdir(folder)).sort()).toEqual(['plain', 'safe'])
  })

  test('is read as the set it was, and its plain text is gone afterwards', async () => {
    const set = await made('safe', chain(1))
    let path = ''
    {
      await using unlocked = await unlockSet(set, { identities: key.identities, folder: at('') })
      expect(unlocked.problems).toEqual([])
      expect(unlocked.set.files.map(({ name, form }) => [name, form])).toEqual([
        ['dump', 'directory'],
        ['full.sql', 'file'],
      ])
      expect((await checkFiles(unlocked.set)).every(({ state }) => state === 'intact')).toBe(true)
      path = unlocked.set.files.at(-1)?.path ?? ''
      expect(await readFile(path, 'utf8')).toBe(full)
      expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)
    }
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await readdir(folder)).sort()).toEqual(['plain', 'safe'])
  })

  test('stays closed without its key, and what a dead process left in plain is swept', async () => {
    const set = await made('safe')
    await mkdir(at('.rehearsal-plaintext-999999999-1-abc'))
    await expect(unlockSet(set, { identities: null, folder: at('') })).rejects.toMatchObject({ code: 'E_KEY_MISSING' })
    const { identities } = await freshKey()
    await expect(unlockSet(set, { identities, folder: at('') })).rejects.toMatchObject({ code: 'E_KEY_WRONG' })
    expect((await readdir(folder)).sort()).toEqual(['plain', 'safe'])
  })
})

describe('verify', () => {
  test('finds nothing in a set that is as it was made', async () => {
    const set = await made('safe', chain(1))
    expect(await verified(set, { publicKey: signing.publicKey })).toEqual([])
    expect(await verified(await openSet(at('plain')))).toEqual([])
  })

  test('says what it could not look at', async () => {
    const set = await made('safe', chain(1))
    const stranger = await freshKey()
    expect(await verified(set)).toEqual(['not-checked E_SIGNATURE_UNCHECKED'])
    const { publicKey } = signing
    expect(await verified(set, { publicKey, identities: null })).toEqual(['not-checked E_KEY_MISSING'])
    expect(await verified(set, { publicKey, identities: stranger.identities })).toEqual(['not-checked E_KEY_WRONG'])
  })

  test.each<[string, () => Promise<unknown>, string[]]>([
    [
      'a file cut at a border',
      () => truncate(at('safe/full.sql.age'), 66_000),
      ['E_DUMP_DAMAGED', 'E_CIPHERTEXT_TRUNCATED'],
    ],
    ['a file gone', () => rm(at('safe/full.sql.age')), ['E_BACKUP_FILE_MISSING']],
    ['a file of another key', () => replaceFile(), ['E_DUMP_DAMAGED', 'E_CIPHERTEXT_DAMAGED']],
    ['dump and digest replaced together', () => replaceBoth(), ['E_BACKUP_SIGNATURE', 'E_CIPHERTEXT_DAMAGED']],
    [
      'the same, signed with a key of their own',
      () => replaceBoth('sign'),
      ['E_BACKUP_SIGNATURE', 'E_CIPHERTEXT_DAMAGED'],
    ],
    ['the same, unsigned', () => replaceBoth('strip'), ['E_BACKUP_SIGNATURE', 'E_CIPHERTEXT_DAMAGED']],
    ['a label changed', () => edit((manifest) => ({ ...manifest, label: 'archive' })), ['E_BACKUP_SIGNATURE']],
  ])('finds %s', async (_, damage, codes) => {
    await made('safe', chain(1))
    await damage()
    const found = await verified(await openSet(at('safe')), { publicKey: signing.publicKey })
    expect(new Set(found.map((line) => line.split(' ')[1]))).toEqual(new Set(codes))
    expect(found.every((line) => line.startsWith('differs'))).toBe(true)
  })

  test('wants a manifest where sets are signed', async () => {
    await rm(at('plain/manifest.json'))
    const found = await verified(await openSet(at('plain/full.sql')), { publicKey: signing.publicKey })
    expect(found).toContain('differs E_BACKUP_SIGNATURE')
  })

  test('knows an older set in the place of the latest, and another of the same number', async () => {
    const options = { publicKey: signing.publicKey, memory: at('memory/sequence.json'), isLatest: true }
    const first = await made('sets/1', chain(1))
    const digest = await digestManifest(at('sets/1/manifest.json'))
    expect(await verified(first, options)).toEqual([])
    const second = await made('sets/2', chain(2, digest))
    expect(await verified(second, options)).toEqual([])
    // The newer set is withheld, and yesterday's is served in its stead.
    await rm(at('sets/2'), { recursive: true })
    expect(await verified(await findLatestSet(at('sets')), options)).toEqual(['differs E_BACKUP_STALE'])
    expect(await verified(first, { ...options, isLatest: false })).toEqual([])
    expect(await verified(await made('twin', { ...chain(2, digest), recipients: [] }), options)).toEqual([
      'differs E_BACKUP_STALE',
    ])
    expect(await verified(await made('fork', chain(3, 'a'.repeat(64))), options)).toEqual(['differs E_BACKUP_STALE'])
    // A memory that can't be read is not begun anew in silence.
    await writeFile(at('memory/sequence.json'), '{}')
    await expect(verified(first, options)).rejects.toMatchObject({ code: 'E_FILE_UNREADABLE' })
  })
})

async function replaceFile(): Promise<void> {
  const stranger = await freshKey()
  await made('theirs', { recipients: [stranger.recipient] })
  await cp(at('theirs/full.sql.age'), at('safe/full.sql.age'))
}

type Manifest = NonNullable<BackupSet['manifest']>
async function edit(change: (manifest: Manifest) => Manifest): Promise<void> {
  const manifest = JSON.parse(await readFile(at('safe/manifest.json'), 'utf8')) as Manifest
  await writeFile(at('safe/manifest.json'), JSON.stringify(change(manifest)))
}

async function replaceBoth(then?: 'sign' | 'strip'): Promise<void> {
  await replaceFile()
  const bytes = await readFile(at('safe/full.sql.age'))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await edit((manifest) => {
    const files = manifest.files.map((file) =>
      file.name === 'full.sql.age' ? { ...file, bytes: bytes.length, sha256 } : file,
    )
    const changed = { ...manifest, files }
    if (then === 'strip') return { ...changed, signature: undefined }
    return then === 'sign' ? signManifest(changed, signingPair().privateKey) : changed
  })
}
