import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export interface Digests {
  readonly bytes: number
  readonly sha256: string
  readonly md5: string
}

/** Both digests of bytes that pass by, handing each chunk on. */
export class DigestingReader {
  readonly #sha256 = createHash('sha256')
  readonly #md5 = createHash('md5')
  #bytes = 0

  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#sha256.update(chunk)
      this.#md5.update(chunk)
      this.#bytes += chunk.byteLength
      yield chunk
    }
  }

  end(): Digests {
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), md5: this.#md5.digest('hex') }
  }
}

export async function digestAll(source: AsyncIterable<Uint8Array>): Promise<Digests> {
  const reader = new DigestingReader()
  for await (const _ of reader.read(source));
  return reader.end()
}

/** Null: there is no such file. */
export async function digestPath(path: string): Promise<Digests | null> {
  try {
    return await digestAll(createReadStream(path))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null
    throw thrown
  }
}
