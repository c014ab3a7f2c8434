import { open, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { decryptFile } from './decrypt-file.ts'
import type { Identities } from './identities.ts'
import { plaintextFolder } from './plaintext-folder.ts'

const beginning = 'age-encryption.org/v1\n'

/** By its first bytes, whatever its name. */
export async function isAgeFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) return false
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(beginning.length), 0, beginning.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === beginning
  } finally {
    await file.close()
  }
}

/** One encrypted dump as a file that can be read, in a private folder that goes when it is disposed of. */
export async function unlockDump(
  path: string,
  options: {
    readonly identities: Identities | null
    readonly folder: string | null
    readonly signal?: AbortSignal | undefined
  },
): Promise<AsyncDisposable & { readonly path: string }> {
  const { identities, signal } = options
  if (identities === null) {
    throw new Fault('E_KEY_MISSING', `${basename(path)} is encrypted, and no identity was given`, {
      hint: 'name one: --identity env:NAME or a key file, or REHEARSAL_IDENTITY',
    })
  }
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await plaintextFolder((await stat(path)).size, options.folder))
  const to = join(folder.path, basename(path).replace(/\.age$/, ''))
  await decryptFile(path, identities, { to, signal })
  const held = opening.move()
  return { path: to, [Symbol.asyncDispose]: async () => held.disposeAsync() }
}
