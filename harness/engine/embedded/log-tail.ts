import { open } from 'node:fs/promises'
import { scrub } from '../../core/index.ts'

/** More than any fault shows; a hostile database can make the log as long as it likes. */
const longestTail = 64 * 1024

/** The last lines of a log file, fit for a person's eyes; empty when there is none. */
export async function readLogTail(path: string, lines: number): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const length = Math.min(size, longestTail)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return scrub(buffer.toString('utf8', 0, bytesRead))
        .trimEnd()
        .split('\n')
        .slice(-lines)
        .join('\n')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
