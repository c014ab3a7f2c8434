import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { earlierName, partName } from './manifest-lines.ts'

/** What an interrupted start wrote joins what those before it did; a line that was cut off is left out. */
export async function joinParts(folder: string): Promise<void> {
  const part = join(folder, partName)
  const source = await open(part, 'r').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    throw thrown
  })
  if (!source) return
  await source.close()
  const earlier = await open(join(folder, earlierName), 'a', 0o600)
  try {
    for await (const line of createInterface({ input: createReadStream(part), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.endsWith('}') && isWhole(line)) await earlier.appendFile(`${line}\n`)
    }
    await earlier.sync()
  } finally {
    await earlier.close()
  }
  await rm(part)
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return false
    throw thrown
  }
}
