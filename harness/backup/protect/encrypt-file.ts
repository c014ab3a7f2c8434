import { createHash, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileDigest } from '../digest-file.ts'
import { sealHeader } from './age-header.ts'
import { encryptPayload, nonceBytes } from './age-payload.ts'
import { readChunks, type ReadChunksOptions } from './read-chunks.ts'

export interface EncryptedFile {
  readonly plain: FileDigest
  readonly sealed: FileDigest
  /** Opens what was just written, to read it back; kept nowhere. */
  readonly fileKey: Buffer
}

/** Encrypts a file, or bytes as they come, into a new one of mode 0600, flushed to the disk, streaming. */
export async function encryptFile(
  from: string | AsyncIterable<Buffer>,
  to: string,
  recipients: readonly string[],
  options: ReadChunksOptions = {},
): Promise<EncryptedFile> {
  const { header, fileKey } = await sealHeader(recipients)
  const plain = new RunningDigest()
  const sealed = new RunningDigest()
  const source = typeof from === 'string' ? readChunks(from, options) : from
  const file = await open(to, 'wx', 0o600)
  try {
    await file.chmod(0o600)
    await file.appendFile(sealed.see(header))
    for await (const piece of encryptPayload(fileKey, randomBytes(nonceBytes), plain.all(source))) {
      await file.appendFile(sealed.see(piece))
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { plain: plain.end(), sealed: sealed.end(), fileKey }
}

/** Size and SHA-256 of what goes by. */
export class RunningDigest {
  readonly #hash = createHash('sha256')
  #bytes = 0

  see(bytes: Buffer): Buffer {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    return bytes
  }

  async *all(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) yield this.see(chunk)
  }

  end(): FileDigest {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}
