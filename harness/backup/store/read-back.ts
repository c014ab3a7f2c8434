import { createHash } from 'node:crypto'
import { Fault } from '../../core/index.ts'
import type { FileDigest } from '../digest-file.ts'
import { retrying, storeFault, type RetryOptions } from './store-faults.ts'
import type { LocalFile, Store } from './types.ts'

type OnBytes = (bytes: number) => void

export async function isSame(store: Store, path: string, file: LocalFile, options: RetryOptions): Promise<boolean> {
  return retrying(async () => (await digestStored(store, path, options.signal)).sha256 === file.sha256, options)
}

export async function requireSame(store: Store, path: string, file: LocalFile, options: RetryOptions): Promise<void> {
  await retrying(() => requireSameOnce(store, path, file, options.signal), options)
}

/** Reads it back from end to end: what a server says of itself is no proof. */
export async function requireSameOnce(
  store: Store,
  path: string,
  file: LocalFile,
  signal: AbortSignal,
  onBytes?: OnBytes,
): Promise<void> {
  const { bytes, sha256 } = await digestStored(store, path, signal, onBytes)
  if (bytes === file.bytes && sha256 === file.sha256) return
  throw storeFault(
    'E_STORE_FAILED',
    `${store.name}: ${path} is not what was sent: ${bytes} of ${file.bytes} bytes came back`,
    {
      again: true,
    },
  )
}

async function digestStored(store: Store, path: string, signal: AbortSignal, onBytes?: OnBytes): Promise<FileDigest> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of store.read(path, signal)) {
    hash.update(chunk)
    bytes += chunk.length
    onBytes?.(chunk.length)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Null: there is no such file. */
export async function readIfThere(store: Store, path: string, options: RetryOptions): Promise<Buffer | null> {
  return retrying(async () => {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of store.read(path, options.signal)) chunks.push(chunk)
      return Buffer.concat(chunks)
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'E_BACKUP_FILE_MISSING') return null
      throw thrown
    }
  }, options)
}
