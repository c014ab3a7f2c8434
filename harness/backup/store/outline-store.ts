import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isPlainRelativePath } from '../manifest-schema.ts'
import { manifestName } from '../manifest-name.ts'
import { isStorageFile } from '../storage/index.ts'
import { prunedName } from './delete-stored.ts'
import { listStoredSets } from './fetch-set.ts'
import { readIfThere } from './read-back.ts'
import { retrying, type RetryOptions } from './store-faults.ts'
import type { Store } from './types.ts'

/**
 * Makes a folder that looks like the place to whoever reads names, sizes and manifests alone: the manifests are the real
 * ones, the other files are empty room of their size, which takes none on most disks. No dump is brought.
 */
export async function outlineStore(store: Store, folder: string, options: RetryOptions): Promise<void> {
  const names = new Set(await listStoredSets(store, options))
  const files = await retrying(() => store.list('', options.signal), options)
  for (const { path, bytes } of files) {
    const [set = ''] = path.split('/')
    if (
      !names.has(set) ||
      path === `${set}/${prunedName}` ||
      !isPlainRelativePath(path) ||
      isStorageFile(path.slice(set.length + 1))
    )
      continue
    const to = join(folder, path)
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    const manifest = path === `${set}/${manifestName}` ? await readIfThere(store, path, options) : null
    await writeFile(to, manifest ?? '', { mode: 0o600 })
    if (manifest === null) await truncate(to, bytes)
  }
}
