import { open } from 'node:fs/promises'
import type { FileDigest } from '../digest-file.ts'
import { openHeader, splitHeader } from './age-header.ts'
import { decryptPayload } from './age-payload.ts'
import { RunningDigest } from './encrypt-file.ts'
import type { Identities } from './identities.ts'
import { readChunks, type ReadChunksOptions } from './read-chunks.ts'

export interface DecryptedFile {
  readonly sealed: FileDigest
  readonly plain: FileDigest
}

export interface DecryptOptions extends ReadChunksOptions {
  /** A new file of mode 0600 for the plain text. Without it the file is only read through. */
  readonly to?: string | undefined
  /** Is given the plain text in its place, and reads it to its end. */
  readonly into?: ((pieces: AsyncIterable<Buffer>) => Promise<void>) | undefined
}

/** Decrypts a file from end to end, with an identity or with the file's own key. Throws as what reads it does. */
export async function decryptFile(
  path: string,
  key: Identities | { readonly fileKey: Buffer },
  { to, into, ...options }: DecryptOptions = {},
): Promise<DecryptedFile> {
  const sealed = new RunningDigest()
  const plain = new RunningDigest()
  const chunks = sealed.all(readChunks(path, options))
  const file = to === undefined ? null : await open(to, 'wx', 0o600)
  try {
    const { header, rest } = await splitHeader(chunks)
    const fileKey = 'fileKey' in key ? key.fileKey : await openHeader(header, key)
    const pieces = plain.all(decryptPayload(fileKey, after(rest, chunks)))
    if (into) await into(pieces)
    for await (const piece of pieces) await file?.appendFile(piece)
  } finally {
    await chunks.return(undefined)
    await file?.close()
  }
  return { sealed: sealed.end(), plain: plain.end() }
}

async function* after(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
