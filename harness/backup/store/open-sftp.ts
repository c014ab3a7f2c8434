import type { OpenStoreOptions } from './open-store.ts'
import type { Store } from './types.ts'
export async function openSftp(_url: URL, _options: OpenStoreOptions): Promise<Store> {
  throw new Error('todo')
}
