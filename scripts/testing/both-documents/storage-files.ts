import { expect } from 'vitest'
import { startStorageServer } from '../../../fixtures/storage-server/index.ts'
import type { User } from './user.ts'

/** The project's files are listed, fetched and held against what is there, and brought into another project. */
export async function playStorageFiles(user: User): Promise<void> {
  await using storage = await startStorageServer()
  storage.shelf.addBucket('media', { public: true })
  for (const name of ['bowls/raku.jpg', 'scrolls/kakejiku 掛軸.jpg']) {
    storage.shelf.put('media', name, { content: Buffer.from(`picture of ${name}`), mimetype: 'image/jpeg' })
  }
  user.exports('SUPABASE_URL', storage.url)
  user.exports('SUPABASE_SECRET_KEY', storage.key)
  expect(await user.does('storage manifest')).toContain('2 objects')
  expect(await user.does('storage download files')).toContain('whole, 2 objects')
  expect(await user.does('storage verify files --live')).toContain('as they were downloaded')
  await using other = await startStorageServer()
  user.exports('SUPABASE_SECRET_KEY', other.key)
  await user.does(`storage restore files --url ${other.url}`)
  expect(other.shelf.get('media', 'bowls/raku.jpg')?.metadata.mimetype).toBe('image/jpeg')
}
