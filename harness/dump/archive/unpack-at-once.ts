import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { Compression } from '../types.ts'

/** Packed data up to this size is decompressed in one call: a decoder for each of many large objects costs ten times as much. */
export const smallBytes = 16_384
/** What it may come to; more is left to a decoder, which gives it out piece by piece. */
const maxOutputLength = 1_048_576

interface Unpacked {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

/** All of it, if it is whole, one stream and nothing more; null if not: a decoder then says what is wrong. */
export function unpackAtOnce(packed: Buffer, compression: Compression, wrapper: 'block' | 'file'): Buffer | null {
  const unpackSync =
    compression === 'zstd'
      ? zstdDecompressSync
      : compression === 'gzip'
        ? wrapper === 'block'
          ? inflateSync
          : gunzipSync
        : null
  if (unpackSync === null) return null
  try {
    const options = { info: true, maxOutputLength }
    // `info` changes what is returned, which its types do not say. https://nodejs.org/api/zlib.html#class-options
    const { buffer, engine } = unpackSync(packed, options) as unknown as Unpacked
    return engine.bytesWritten === packed.length ? buffer : null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
