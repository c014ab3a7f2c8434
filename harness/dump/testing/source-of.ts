import type { PlainSource } from '../plain-source.ts'

/** Text in memory as a source, in chunks of a given size: for tests. */
export function sourceOf(text: string | Buffer, chunkBytes = 65_536): PlainSource {
  const bytes = Buffer.from(text)
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return { open: () => ({ chunks: chunks(), failure: null }) }
}
