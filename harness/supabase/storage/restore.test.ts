import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { restoreIntoFolder, restoreStorage, verifyLive } from './index.ts'
import { download, emptyFolder, projectOf, putAway, serverFor, stock } from './testing/fixture.ts'
import type { StorageServer } from '../../../fixtures/storage-server/index.ts'

afterEach(putAway)

const signal = new AbortController().signal

async function backedUp(): Promise<{ source: StorageServer; folder: string }> {
  const source = await serverFor()
  stock(source)
  const folder = await emptyFolder()
  await download(source, folder)
  return { source, folder }
}

async function restore(server: StorageServer, folder: string, overwrite = false) {
  return await restoreStorage(await projectOf(server), { folder, overwrite, parallel: 4, signal })
}

/** All that a user of the project would see. */
function picture({ shelf }: StorageServer) {
  return shelf.buckets.map(({ id, public: isPublic, file_size_limit, allowed_mime_types }) => ({
    id,
    isPublic,
    file_size_limit,
    allowed_mime_types,
    objects: shelf.names(id).map((name) => {
      const object = shelf.get(id, name)
      const { mimetype, cacheControl } = object?.metadata ?? {}
      return { name, content: object?.content, mimetype, cacheControl, own: object?.user_metadata }
    }),
  }))
}

describe('a restore into a project', () => {
  it('makes the buckets with their settings and every object with what is known of it', async () => {
    const { source, folder } = await backedUp()
    const target = await serverFor()
    const { failed, buckets, written } = await restore(target, folder)
    expect(failed).toEqual([])
    expect(buckets.created.toSorted()).toEqual(['avatars', 'empty', 'reports 2026'])
    expect(written.objects).toBe(source.shelf.buckets.flatMap(({ id }) => source.shelf.names(id)).length)
    expect(picture(target)).toEqual(picture(source))
    // One part each: the length was known beforehand.
    expect(target.shelf.get('avatars', 'a/1.png')?.metadata.eTag).toMatch(/^"[0-9a-f]{32}"$/)
  })

  /** A bucket whose limits came after its objects. */
  async function outgrown(): Promise<{ source: StorageServer; folder: string }> {
    const source = await serverFor()
    source.shelf.addBucket('photos')
    source.shelf.put('photos', 'note.txt', { content: Buffer.from('no picture'), mimetype: 'text/plain' })
    source.shelf.put('photos', 'large.png', { content: Buffer.alloc(9_000, 1), mimetype: 'image/png' })
    source.shelf.put('photos', 'album/.emptyFolderPlaceholder', { content: Buffer.alloc(0) })
    source.shelf.addBucket('photos', { public: true, file_size_limit: 5_000, allowed_mime_types: ['image/*'] })
    const folder = await emptyFolder()
    await download(source, folder)
    return { source, folder }
  }

  it('brings what its bucket would not take today, and leaves its limits as they were', async () => {
    const { source, folder } = await outgrown()
    const target = await serverFor()
    const { failed, buckets } = await restore(target, folder)
    expect({ failed, lifted: buckets.lifted }).toEqual({ failed: [], lifted: [{ bucket: 'photos', objects: 2 }] })
    expect(picture(target)).toEqual(picture(source))
  })

  it('does not lift limits that are not those of the backup, and sets them back when it is interrupted', async () => {
    const { folder } = await outgrown()
    const other = await serverFor()
    other.shelf.addBucket('photos', { allowed_mime_types: ['image/png'] })
    expect((await restore(other, folder)).failed.map(({ object }) => object)).toEqual(['photos/note.txt'])

    const target = await serverFor()
    target.troubles.add({ route: 'put', name: 'note.txt', trouble: { kind: 'slow', ms: 2_000 } })
    const interrupt = new AbortController()
    const project = await projectOf(target, { signal: interrupt.signal })
    const restoring = restoreStorage(project, { folder, overwrite: false, parallel: 1, signal: interrupt.signal })
    await expect.poll(() => target.shelf.bucket('photos')?.file_size_limit).toBe(9_000)
    interrupt.abort()
    await expect(restoring).rejects.toMatchObject({ name: 'AbortError' })
    expect(target.shelf.bucket('photos')).toMatchObject({ file_size_limit: 5_000, allowed_mime_types: ['image/*'] })
  })

  it('goes into a project whose own upload limit is lower, but for what is larger', async () => {
    const { folder } = await backedUp()
    const target = await serverFor({ mostBytes: 50_000 })
    // Listed, refused with its limit; made without, and the answer is lost: the next try finds it there.
    target.troubles.add({ route: 'buckets', trouble: { kind: 'slow', ms: 0 }, times: 2 })
    target.troubles.add({ route: 'buckets', trouble: { kind: 'lost answer' }, times: 1 })
    const { failed, buckets } = await restore(target, folder)
    expect(failed.map(({ object }) => object)).toEqual(['avatars/a/1.png'])
    expect(failed[0]?.why).toContain('The object exceeded the maximum allowed size')
    expect(buckets).toMatchObject({ created: ['avatars', 'reports 2026', 'empty'], unlimited: ['avatars'] })
    expect(target.shelf.bucket('avatars')).toMatchObject({ public: true, file_size_limit: null })
  })

  it('goes on where it ended, and writes nothing twice', async () => {
    const { folder } = await backedUp()
    const target = await serverFor()
    target.troubles.add({ route: 'put', name: 'plain.txt', trouble: { kind: 'error' } })
    const { failed } = await restore(target, folder)
    expect(failed.map(({ object }) => object)).toEqual(['reports 2026/plain.txt'])
    target.troubles.clear()
    const again = await restore(target, folder)
    expect(again).toMatchObject({ failed: [], written: { objects: 1 }, buckets: { created: [] } })
  })

  it('fills the rows that a restored database brought, and does not take them for objects', async () => {
    const { source, folder } = await backedUp()
    const target = await serverFor()
    const stocked = stock(target)
    for (const { id } of target.shelf.buckets)
      for (const name of target.shelf.names(id)) target.shelf.loseBytes(id, name)
    // So does a server answer that keeps objects as files.
    target.troubles.add({ route: 'info', name: 'plain.txt', trouble: { kind: 'error' }, times: 1 })
    const { failed, written, same, bare } = await restore(target, folder)
    expect({ failed, same, bare, written: written.objects }).toEqual({
      failed: [],
      same: 0,
      bare: stocked.length,
      written: stocked.length,
    })
    expect(picture(target)).toEqual(picture(source))
    expect(await restore(target, folder)).toMatchObject({ bare: 0, same: stocked.length, written: { objects: 0 } })
  })

  it('is refused, as one into a folder, where the manifest has lost a line', async () => {
    const { folder } = await backedUp()
    const manifest = join(folder, 'storage-manifest.jsonl')
    const lines = (await readFile(manifest, 'utf8')).trimEnd().split('\n')
    await writeFile(manifest, `${lines.slice(1).join('\n')}\n`)
    const target = await serverFor()
    await expect(restore(target, folder)).rejects.toMatchObject({ code: 'E_BACKUP_MANIFEST' })
    expect(target.requests).toEqual([])
    const into = restoreIntoFolder(folder, await emptyFolder(), { signal, overwrite: false })
    await expect(into).rejects.toMatchObject({ code: 'E_BACKUP_MANIFEST' })
  })

  it('writes nothing where another object is in the way, unless told to replace it', async () => {
    const { source, folder } = await backedUp()
    const target = await serverFor()
    target.shelf.addBucket('avatars')
    target.shelf.put('avatars', 'a/1.png', { content: Buffer.alloc(70_000, 9), mimetype: 'image/png' })
    await expect(restore(target, folder)).rejects.toMatchObject({
      code: 'E_STORE_OCCUPIED',
      message: 'objects of another content are there: avatars/a/1.png',
    })
    expect(target.requests.filter((line) => !/list|GET/.test(line))).toEqual([])
    const { buckets, failed } = await restore(target, folder, true)
    expect({ buckets, failed }).toEqual({
      buckets: { created: ['reports 2026', 'empty'], otherSettings: ['avatars'], unlimited: [], lifted: [] },
      failed: [],
    })
    expect(target.shelf.get('avatars', 'a/1.png')?.content).toEqual(source.shelf.get('avatars', 'a/1.png')?.content)
  })

  it('names an object that the project does not take, and one whose file is damaged', async () => {
    const { folder } = await backedUp()
    const target = await serverFor({ names: 'hosted' })
    await writeFile(join(folder, 'files/avatars/a/1.png'), 'x')
    const { failed } = await restore(target, folder)
    expect(failed).toContainEqual({
      object: 'avatars/a/1.png',
      why: 'avatars/a/1.png: its file is missing or damaged',
      damaged: true,
    })
    expect(failed.find(({ object }) => object.endsWith('50% off.txt'))?.why).toContain('Invalid key')
  })

  it.each(['other bytes', 'short', 'empty'] as const)('reads back what it wrote, and sees: %s', async (kind) => {
    const { folder } = await backedUp()
    const target = await serverFor()
    target.troubles.add({ route: 'get', name: 'a/1.png', trouble: { kind } })
    const { failed } = await restore(target, folder)
    expect(failed).toEqual([
      { object: 'avatars/a/1.png', why: 'avatars/a/1.png: what was read back is not what was written', damaged: false },
    ])
  })
})

describe('a restore into a folder', () => {
  it('gives files their own names, and says which names are none', async () => {
    const source = await serverFor()
    stock(source)
    const longest = `${'n'.repeat(251)}.txt`
    source.shelf.put('reports 2026', longest, { content: Buffer.from('255 bytes of a name') })
    const folder = await emptyFolder()
    await download(source, folder)
    const target = await emptyFolder()
    const { objects, failed } = await restoreIntoFolder(folder, target, { signal, overwrite: false })
    expect(await readFile(join(target, 'avatars/a/1.png'))).toEqual(source.shelf.get('avatars', 'a/1.png')?.content)
    expect(await readFile(join(target, 'reports 2026/50% off.txt'), 'utf8')).toBe('report 50% off.txt')
    const names = failed.map(({ object }) => object)
    expect(names).toContain('reports 2026/up/../../down.txt')
    expect(objects + failed.length).toBe(24)
    // Nothing of the backup is to blame.
    expect(failed.filter(({ damaged }) => damaged)).toEqual([])
    expect(failed.find(({ object }) => object.endsWith('ends with a slash/'))?.why).toBe('its name is no path')
    expect(await readFile(join(target, 'reports 2026', longest), 'utf8')).toBe('255 bytes of a name')
    expect((await readdir(target)).toSorted()).toEqual(['avatars', 'reports 2026'])
    await writeFile(join(target, 'avatars/a/1.png'), 'mine')
    const again = await restoreIntoFolder(folder, target, { signal, overwrite: false })
    expect(again.failed).toContainEqual({
      object: 'avatars/a/1.png',
      why: 'a file of another content is there',
      damaged: false,
    })
    expect(await readFile(join(target, 'avatars/a/1.png'), 'utf8')).toBe('mine')
  })
})

describe('a backup against what the project holds now', () => {
  it('names what was added, replaced and deleted since', async () => {
    const { source, folder } = await backedUp()
    const project = await projectOf(source)
    expect(await verifyLive(folder, project)).toEqual({ differences: [], buckets: [], bySize: 0 })
    source.shelf.put('avatars', 'new.png', { content: Buffer.from('new'), mimetype: 'image/png' })
    source.shelf.put('avatars', 'a/1.png', { content: Buffer.from('other'), mimetype: 'image/png' })
    source.shelf.remove('avatars', 'parts.png')
    source.shelf.addBucket('empty', { public: true })
    source.shelf.addBucket('new')
    const { differences, buckets } = await verifyLive(folder, project)
    expect(buckets).toEqual([
      { bucket: 'empty', what: 'other settings' },
      { bucket: 'new', what: 'added' },
    ])
    expect(differences.map(({ kind, name }) => `${kind}: ${name}`).sort()).toEqual([
      'extra file: parts.png',
      'missing file: new.png',
      'older than its row: a/1.png',
    ])
  })

  it('is compared with another project by what an ETag says of bytes, not by where they were uploaded', async () => {
    const { folder } = await backedUp()
    const target = await serverFor()
    expect((await verifyLive(folder, await projectOf(target))).buckets).toContainEqual({
      bucket: 'empty',
      what: 'missing',
    })
    await restore(target, folder)
    const project = await projectOf(target)
    expect(await verifyLive(folder, project)).toEqual({ differences: [], buckets: [], bySize: 0 })
    const { content, metadata } = target.shelf.get('avatars', 'a/1.png') ?? {}
    if (!content || !metadata) throw new TypeError('it was restored')
    target.shelf.put('avatars', 'a/1.png', { ...metadata, content, etag: '"1760000000-70000"' })
    expect(await verifyLive(folder, project)).toEqual({ differences: [], buckets: [], bySize: 1 })
    target.shelf.put('reports 2026', 'plain.txt', { content: Buffer.from('report plain.TXT'), mimetype: 'text/plain' })
    expect((await verifyLive(folder, project)).differences).toMatchObject([{ name: 'plain.txt' }])
  })
})
