import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startStorageServer, type StorageServer } from '../fixtures/storage-server/index.ts'
import { sealSet } from '../harness/backup/index.ts'
import { rehearse, startRehearse, type Ended } from './testing/command.ts'

const poll = { timeout: 30_000, interval: 50 }

let server: StorageServer
let folder: string

beforeEach(async () => {
  server = await startStorageServer()
  folder = await mkdtemp(join(tmpdir(), 'rehearse-storage-'))
  const { shelf } = server
  shelf.addBucket('avatars', { public: true, file_size_limit: 50_000, allowed_mime_types: ['image/png'] })
  shelf.addBucket('reports')
  shelf.put('avatars', 'anna/50% #1?.png', { content: Buffer.alloc(40_000, 1), mimetype: 'image/png' })
  shelf.put('reports', '2026/Jahresbericht für Österreich.pdf', {
    content: Buffer.from('%PDF-1.7'),
    mimetype: 'application/pdf',
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function run(...args: readonly string[]): Promise<Ended> {
  const env = { SUPABASE_URL: server.url, SUPABASE_SECRET_KEY: server.key }
  const ended = await rehearse(['storage', ...args], { cwd: folder, env })
  expect(ended.stdout + ended.stderr).not.toContain(server.key)
  return ended
}

describe('rehearse storage', () => {
  it('lists, downloads, verifies and restores', async () => {
    const listed = await run('manifest')
    expect(listed.code).toBe(0)
    expect(listed.stdout).toMatch(/avatars\s+public\s+48\.8 kB\s+image\/png\s+1\s+39\.1 kB/)
    expect(listed.stdout).toContain('2 buckets, 2 objects, 39.1 kB')

    const downloaded = await run('download', 'storage')
    expect(downloaded).toMatchObject({ code: 0 })
    expect(downloaded.stdout).toBe('storage: whole, 2 objects, 39.1 kB: 2 fetched (39.1 kB), 0 were there\n')
    expect((await run('download', 'storage')).stdout).toContain('0 fetched (0 B), 2 were there')
    expect(await readFile(join(folder, 'storage/storage-manifest.jsonl'), 'utf8')).not.toContain(server.key)

    expect(await run('verify', 'storage', '--live')).toMatchObject({
      code: 0,
      stdout: `2 files, 39.1 kB: as they were downloaded\n${server.url} lists the same\n`,
    })

    await using target = await startStorageServer()
    const restored = await run('restore', 'storage', '--url', target.url)
    expect(restored.stdout).toContain('restored: 2 written and read back (39.1 kB), 0 were there')
    expect(restored.code).toBe(0)
    expect(target.shelf.get('avatars', 'anna/50% #1?.png')?.metadata.size).toBe(40_000)
    expect(target.shelf.bucket('avatars')).toMatchObject({ public: true, file_size_limit: 50_000 })
  })

  it('takes the project and the name of its key from the config, and `restore` takes neither', async () => {
    const supabase = { url: server.url, key: 'env:SHOP_KEY' }
    await writeFile(
      join(folder, 'rehearsal.config.ts'),
      `export default ${JSON.stringify({ backup: { path: '.' }, supabase })}`,
    )
    const env = { SHOP_KEY: server.key }
    const listed = await rehearse(['storage', 'manifest'], { cwd: folder, env })
    expect(listed).toMatchObject({ code: 0 })
    expect(listed.stdout).toContain('2 buckets, 2 objects')
    await writeFile(join(folder, 'other.ts'), `export default ${JSON.stringify({ backup: { path: '.' } })}`)
    const unnamed = await rehearse(['storage', 'manifest', '--config', 'other.ts'], { cwd: folder, env })
    expect(unnamed).toMatchObject({ code: 64 })
    expect(unnamed.stderr).toContain('no project is named')
    const restore = await rehearse(['storage', 'restore', 'storage', '--url', server.url], { cwd: folder, env })
    expect(restore.stderr).toContain('SUPABASE_SECRET_KEY is not set')
  }, 60_000)

  it('answers 1 where files are damaged or the project has moved on, 2 where some could not be fetched', async () => {
    // One that fails at once; what is tried again, with pauses, the harness tests.
    server.troubles.add({ route: 'get', name: 'anna/50% #1?.png', trouble: { kind: 'refused', status: 403 } })
    server.shelf.put('reports', '..', { content: Buffer.from('no URL holds it') })
    const failed = await run('download', 'storage')
    expect(failed.code).toBe(2)
    expect(failed.stdout).toContain('not whole: 1 fetched (8 B), 0 were there, 1 failed; run the same command again')
    expect(failed.stdout).toContain('avatars/anna/50% #1?.png: HTTP 403, Forbidden')
    expect((await run('verify', 'storage')).code).toBe(1)
    server.troubles.clear()
    const but = await run('download', 'storage')
    expect(but).toMatchObject({ code: 1 })
    expect(but.stdout).toContain('storage: whole, 2 objects, 39.1 kB: 1 fetched (39.1 kB), 1 were there')
    expect(but.stdout).toContain('no URL can hold its name: copy it by the S3 protocol, or rename it: reports/..')
    server.shelf.remove('reports', '..')

    server.shelf.remove('reports', '2026/Jahresbericht für Österreich.pdf')
    const live = await run('verify', 'storage', '--live')
    expect(live).toMatchObject({ code: 1 })
    expect(live.stdout).toContain('not in the project: reports/2026/Jahresbericht für Österreich.pdf')

    await writeFile(join(folder, 'storage/files/avatars/anna/50%25 #1%3F.png'), Buffer.alloc(40_000, 2))
    const verified = await run('verify', 'storage')
    expect(verified).toMatchObject({ code: 1 })
    expect(verified.stdout).toContain('bytes changed: avatars/anna/50% #1?.png')
    expect((await run('restore', 'storage', '--to', 'out')).code).toBe(1)
  }, 60_000)

  it('asks before it fetches much, and refuses a key that is written out, a missing one, and a target not named', async () => {
    const asked = await run('download', 'storage', '--ask-above', '10kB')
    expect(asked).toMatchObject({ code: 64, stdout: '' })
    expect(asked.stderr).toContain('this pulls 39.1 kB in 2 objects of Storage')
    expect((await run('download', 'storage', '--ask-above', '10kB', '--yes')).code).toBe(0)
    const written = await run('manifest', '--key', 'sb_secret_written-out')
    expect(written.code).toBe(64)
    expect(written.stderr).not.toContain('written-out')
    expect((await run('manifest', '--key', 'env:NO_SUCH_KEY')).stderr).toContain('NO_SUCH_KEY is not set')
    expect((await run('restore', 'storage')).stderr).toContain('where to is not said')
    expect((await run('verify', 'nothing-here')).code).toBe(1)
    expect(await run('download', '')).toMatchObject({ code: 64, stdout: '' })
  }, 60_000)

  it('takes the files into the sealed set they were downloaded into, and not into a protected one', async () => {
    await mkdir(join(folder, 'set'))
    await writeFile(join(folder, 'set/full.sql'), 'CREATE TABLE t ();\n')
    await sealSet(join(folder, 'set'))
    expect(await run('download', 'set/storage')).toMatchObject({ code: 0 })
    const verified = await rehearse(['verify', 'set'], { cwd: folder })
    expect(verified.stdout).toContain('4 of 4 checks are well')
    expect(verified).toMatchObject({ code: 0 })

    await rm(join(folder, 'set/storage/files/reports'), { recursive: true })
    expect(await rehearse(['verify', 'set'], { cwd: folder })).toMatchObject({ code: 1 })

    const manifest = JSON.parse(await readFile(join(folder, 'set/manifest.json'), 'utf8')) as Record<string, unknown>
    const signature = { algorithm: 'ed25519', publicKey: `ed25519:${'A'.repeat(43)}=`, value: `${'A'.repeat(86)}==` }
    await writeFile(join(folder, 'set/manifest.json'), JSON.stringify({ ...manifest, sequence: 1, signature }))
    const refused = await run('download', 'set/storage')
    expect(refused).toMatchObject({ code: 64, stdout: '' })
    expect(refused.stderr).toContain('is protected: nothing can be added to it')
  }, 60_000)

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'no second one begins meanwhile; %s ends it as interrupted, and the next start goes on',
    async (signal) => {
      const env = { SUPABASE_URL: server.url, SUPABASE_SECRET_KEY: server.key }
      server.troubles.add({ route: 'get', trouble: { kind: 'slow', ms: 60_000 } })
      const command = startRehearse(['storage', 'download', 'storage'], { cwd: folder, env })
      await expect.poll(() => server.requests.filter((line) => line.includes('/object/')).length > 1, poll).toBe(true)
      const second = await run('download', 'storage')
      expect(second).toMatchObject({ code: 64, stdout: '' })
      expect(second.stderr).toContain('E_BACKUP_BUSY')
      command.child.kill(signal)
      const ended = await command.ended
      expect(ended).toMatchObject({ code: 2, stdout: '' })
      expect(ended.stderr).toContain('E_INTERRUPTED')
      server.troubles.clear()
      expect(await run('download', 'storage')).toMatchObject({ code: 0 })
    },
    60_000,
  )

  it.each(['manifest', 'download', 'verify', 'restore'])(
    '%s does not repeat a secret that was typed where it is no flag',
    async (command) => {
      const typed = await run(command, '--paralel=sb_secret_0123456789abcdefghijklmnop')
      expect(typed).toMatchObject({ code: 64 })
      expect(typed.stderr).toContain('unknown option')
      expect(typed.stderr).not.toContain('0123456789abcdef')
    },
  )
})
