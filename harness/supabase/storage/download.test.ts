import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../core/index.ts'
import { ManifestIndex } from './manifest-index.ts'
import { compareRow, downloadStorage, readSummary, surveyStorage, verifyFiles } from './index.ts'
import { download, emptyFolder, projectOf, putAway, serverFor, stock } from './testing/fixture.ts'

afterEach(putAway)

const signal = new AbortController().signal

async function namesIn(folder: string): Promise<readonly string[]> {
  using index = await ManifestIndex.open(join(folder, 'storage-manifest.jsonl'))
  return [...(index?.records() ?? [])].map(({ bucket, name }) => `${bucket}/${name}`).sort()
}

const gets = (requests: readonly string[]): number =>
  requests.filter((line) => line.startsWith('GET /storage/v1/object/') && !line.includes('/info/')).length

describe('a download', () => {
  it('brings every object, byte for byte, whatever its name', async () => {
    const server = await serverFor()
    const stocked = stock(server)
    const folder = await emptyFolder()
    const { summary, failed, fetched } = await download(server, folder)
    expect(failed).toEqual([])
    expect(await namesIn(folder)).toEqual([...stocked].sort())
    using index = await ManifestIndex.open(join(folder, 'storage-manifest.jsonl'))
    const records = [...(index?.records() ?? [])]
    expect(records).toHaveLength(stocked.length)
    for (const { bucket, name, path } of records) {
      const object = server.shelf.get(bucket, name)
      expect(object?.content).toEqual(await readFile(join(folder, path)))
    }
    expect(summary?.objects).toBe(fetched.objects)
    expect(summary?.buckets).toContainEqual({
      id: 'avatars',
      public: true,
      fileSizeLimit: 1_000_000,
      allowedMimeTypes: ['image/*'],
      objects: 3,
      bytes: 70_900,
    })
    expect(summary?.buckets.find(({ id }) => id === 'empty')).toMatchObject({ objects: 0 })
    expect((await verifyFiles(folder, { signal })).problems).toEqual([])
  })

  it('keeps media type, cache control and what users attached, under its own keys', async () => {
    const server = await serverFor()
    stock(server)
    const folder = await emptyFolder()
    await download(server, folder)
    using index = await ManifestIndex.open(join(folder, 'storage-manifest.jsonl'))
    expect(index?.find('avatars', 'a/1.png')).toMatchObject({
      mimetype: 'image/png',
      cacheControl: 'max-age=31536000, immutable',
      userMetadata: { taken_by: 'Anna', sizeOfShoe: 38 },
    })
  })

  it.each([
    ['by cursor', {}],
    ['by cursor, with rows that come again', { overlap: 3 }],
    ['folder by folder, where the younger listing is missing', { listV2: false }],
  ])('walks past every limit of a page: %s', async (_, options) => {
    const server = await serverFor(options)
    server.shelf.addBucket('many')
    const names = Array.from({ length: 2_345 }, (_, n) => (n % 3 === 0 ? `f${n % 7}/${n}` : `${n}`))
    for (const name of names) server.shelf.put('many', name, { content: Buffer.from(name) })
    const { objects, bytes } = await surveyStorage(await projectOf(server))
    expect(objects).toBe(2_345)
    expect(bytes).toBe(names.reduce((sum, name) => sum + name.length, 0))
  })

  it('fetches nothing again that lies there and is the same, and what is not', async () => {
    const server = await serverFor()
    stock(server)
    const folder = await emptyFolder()
    const { fetched } = await download(server, folder)
    expect(gets(server.requests)).toBe(fetched.objects)
    server.shelf.put('avatars', 'a/1.png', { content: Buffer.alloc(70_000, 8), mimetype: 'image/png' })
    server.shelf.remove('avatars', 'parts.png')
    // Damaged since, and as long as it was.
    await writeFile(join(folder, 'files/reports 2026/plain.txt'), 'report plain.TXT')
    const again = await download(server, folder)
    expect(again).toMatchObject({ fetched: { objects: 2, bytes: 70_016 }, kept: fetched.objects - 3 })
    expect(await namesIn(folder)).not.toContain('avatars/parts.png')
    expect(await verifyFiles(folder, { signal })).toMatchObject({
      problems: [],
      strangers: ['files/avatars/parts.png'],
    })
  })

  it('goes on where it was interrupted, without a second fetch of what is whole', async () => {
    const server = await serverFor()
    const stocked = stock(server)
    const folder = await emptyFolder()
    const controller = new AbortController()
    const project = await projectOf(server)
    const work = downloadStorage(project, {
      folder,
      clock: systemClock,
      signal: controller.signal,
      parallel: 2,
      onProgress: (objects) => objects >= 8 && controller.abort(new Error('interrupted')),
    })
    await expect(work).rejects.toThrow('interrupted')
    expect(await readSummary(folder)).toBeNull()
    await appendFile(join(folder, 'storage-manifest.jsonl.part'), '{"bucket":"avatars","name":"torn')
    const { fetched, kept, summary } = await download(server, folder)
    expect(kept).toBeGreaterThanOrEqual(8)
    expect(fetched.objects + kept).toBe(stocked.length)
    expect(summary?.objects).toBe(stocked.length)
    expect((await verifyFiles(folder, { signal })).problems).toEqual([])
  })

  it('tells an object that went between the list and the get from one whose bytes are lost', async () => {
    const server = await serverFor()
    stock(server)
    server.troubles.add({ route: 'get', name: 'a/1.png', trouble: { kind: 'gone' } })
    server.troubles.add({ route: 'info', name: 'parts.png', trouble: { kind: 'gone' } })
    server.shelf.loseBytes('reports 2026', 'plain.txt')
    const { gone, bare, failed, summary } = await download(server, await emptyFolder())
    expect(gone.toSorted()).toEqual(['avatars/a/1.png', 'avatars/parts.png'])
    expect({ bare, failed }).toEqual({ bare: ['reports 2026/plain.txt'], failed: [] })
    expect(summary).not.toBeNull()
  })
})

describe('an object that is written anew between the list and the get', () => {
  it('has the time of the version that came: later than the row that the dump has', async () => {
    const server = await serverFor()
    stock(server)
    const [row] = (await Array.fromAsync((await projectOf(server)).walk('avatars'))).flat().filter(isPicture)
    server.troubles.add({
      route: 'info',
      name: 'a/1.png',
      trouble: { kind: 'replaced', content: Buffer.from('anew') },
      times: 1,
    })
    const folder = await emptyFolder()
    await download(server, folder)
    using index = await ManifestIndex.open(join(folder, 'storage-manifest.jsonl'))
    expect(index && row && [...compareRow(row, index)].map(({ kind }) => kind)).toEqual(['newer than its row'])
  })
})

const isPicture = ({ name }: { readonly name: string }): boolean => name === 'a/1.png'

describe('a verification', () => {
  it('names each file that is missing, cut or changed, and a manifest that was', async () => {
    const server = await serverFor()
    stock(server)
    const folder = await emptyFolder()
    await download(server, folder)
    await rm(join(folder, 'files/avatars/parts.png'))
    await truncate(join(folder, 'files/avatars/a/1.png'), 69_999)
    await writeFile(join(folder, 'files/reports 2026/plain.txt'), 'report plain.TXT')
    await writeFile(join(folder, 'files/stranger'), '')
    const { problems, strangers } = await verifyFiles(folder, { signal })
    expect(problems.toSorted((a, b) => a.object.localeCompare(b.object))).toEqual([
      { object: 'avatars/a/1.png', what: 'size changed' },
      { object: 'avatars/parts.png', what: 'file missing' },
      { object: 'reports 2026/plain.txt', what: 'bytes changed' },
    ])
    expect(strangers).toEqual(['files/stranger'])
    const manifest = join(folder, 'storage-manifest.jsonl')
    const lines = (await readFile(manifest, 'utf8')).split('\n')
    await writeFile(manifest, lines.slice(1).join('\n'))
    expect((await verifyFiles(folder, { signal })).problems).toContainEqual({
      object: 'storage-manifest.jsonl',
      what: 'manifest changed',
    })
  })

  it('refuses a manifest whose path leads out of the folder', async () => {
    const server = await serverFor()
    stock(server)
    const folder = await emptyFolder()
    await download(server, folder)
    const manifest = join(folder, 'storage-manifest.jsonl')
    const text = await readFile(manifest, 'utf8')
    await writeFile(manifest, text.replace('"path":"files/', '"path":"files/../../'))
    await expect(verifyFiles(folder, { signal })).rejects.toMatchObject({ code: 'E_BACKUP_MANIFEST' })
  })
})
