import type { Docker } from './runtime.ts'

type Container = ReturnType<Docker['getContainer']>

/** What a container without a terminal has said; `tail` lines of it. */
export async function readContainerLog(
  container: Container,
  options: { readonly stdout: boolean; readonly stderr: boolean; readonly tail?: number },
): Promise<string> {
  return demultiplex(await container.logs({ ...options, follow: false }))
}

/**
 * The daemon frames both streams: 8 bytes (stream, three zeroes, length in big endian), then the text.
 * Exported for its test.
 */
export function demultiplex(frames: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; at + 8 <= frames.length;) {
    const length = frames.readUInt32BE(at + 4)
    parts.push(frames.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(parts).toString('utf8')
}
