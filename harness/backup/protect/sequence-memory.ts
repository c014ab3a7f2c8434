import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Fault, writeFileWhole } from '../../core/index.ts'

/** The newest signed set that was seen. */
export interface SeenSet {
  readonly sequence: number
  /** SHA-256 of its manifest. */
  readonly digest: string
}

const schema = z.strictObject({
  kind: z.literal('rehearsal-sequence'),
  version: z.literal(1),
  /** By public key. */
  seen: z.record(
    z.string(),
    z.strictObject({ sequence: z.int().positive(), digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})

/** What was seen of a key's sets, kept here and not where the sets are: whoever can write there can't make it forget. */
export async function readSeen(path: string, publicKey: string): Promise<SeenSet | null> {
  return (await readAll(path)).seen[publicKey] ?? null
}

/** Never back to an older one. */
export async function rememberSeen(path: string, publicKey: string, set: SeenSet): Promise<void> {
  const known = await readAll(path)
  if ((known.seen[publicKey]?.sequence ?? 0) >= set.sequence) return
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileWhole(path, `${JSON.stringify({ ...known, seen: { ...known.seen, [publicKey]: set } }, null, 2)}\n`)
}

async function readAll(path: string): Promise<z.infer<typeof schema>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return { kind: 'rehearsal-sequence', version: 1, seen: {} }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    // To begin anew in silence is what an attacker would want.
    throw new Fault('E_FILE_UNREADABLE', `${path} does not say which sets were seen`, {
      hint: 'look what happened to it; remove it to begin anew',
      cause,
    })
  }
}

export async function digestManifest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
