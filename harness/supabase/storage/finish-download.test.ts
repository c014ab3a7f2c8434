import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { finishDownload } from './finish-download.ts'
import { partName, writeLine } from './manifest-lines.ts'
import { emptyFolder, putAway } from './testing/fixture.ts'

afterEach(putAway)

it('leaves an object that came twice one line, its last', async () => {
  const folder = await emptyFolder()
  const line = (name: string, bytes: number) =>
    writeLine({
      bucket: 'b',
      name,
      bytes,
      sha256: '0'.repeat(64),
      md5: '0'.repeat(32),
      path: `files/b/${name}`,
      etag: null,
      mimetype: null,
      cacheControl: null,
      updatedAt: null,
      userMetadata: null,
    })
  await writeFile(join(folder, partName), line('a', 1) + line('b', 2) + line('a', 3))
  const bucket = { id: 'b', public: false, fileSizeLimit: null, allowedMimeTypes: null }
  expect(await finishDownload(folder, [bucket])).toMatchObject({ objects: 2, bytes: 5, buckets: [{ objects: 2 }] })
  expect(await readFile(join(folder, 'storage-manifest.jsonl'), 'utf8')).toBe(line('b', 2) + line('a', 3))
})
