import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { draw } from '../draw.ts'

/** `flip`: one bit is the other. `cut`: a file ends early. Which one is drawn from the seed, the format and the number. */
export interface FaultCase {
  readonly kind: 'flip' | 'cut'
  readonly number: number
}

export function nameOfCase({ kind, number }: FaultCase): string {
  return `${kind}:${number}`
}

/** `flip:123`; null for anything else. */
export function parseCase(text: string): FaultCase | null {
  const [, kind, number] = /^(flip|cut):(\d{1,9})$/.exec(text) ?? []
  return (kind === 'flip' || kind === 'cut') && number !== undefined ? { kind, number: Number(number) } : null
}

/** Where a case struck. */
export interface Damage {
  readonly file: string
  readonly at: number
  readonly words: string
}

/** Copies a dump and damages one of its files; a folder's files count as one text, in order of their names. */
export async function damageCopy(
  from: string,
  to: string,
  { kind, number }: FaultCase,
  ...seed: readonly (string | number)[]
): Promise<Damage> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  const files = await filesOf(to)
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  let at = draw(total, ...seed, kind, number)
  for (const { path, bytes } of files) {
    if (at >= bytes.length) {
      at -= bytes.length
      continue
    }
    const file = path === to ? '' : path.slice(to.length + 1)
    if (kind === 'cut') {
      await writeFile(path, bytes.subarray(0, at))
      return { file, at, words: `${file} cut to ${at} of ${bytes.length} bytes`.trim() }
    }
    const bit = draw(8, ...seed, 'bit', number)
    const before = bytes.readUInt8(at)
    bytes.writeUInt8(before ^ (1 << bit), at)
    await writeFile(path, bytes)
    return { file, at, words: `${file} byte ${at}: ${hex(before)} is ${hex(before ^ (1 << bit))}`.trim() }
  }
  throw new RangeError(`byte ${at} is beyond the dump`)
}

async function filesOf(path: string): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]> {
  const isFolder = (await stat(path)).isDirectory()
  const paths = isFolder ? (await readdir(path)).sort().map((name) => join(path, name)) : [path]
  return Promise.all(paths.map(async (file) => ({ path: file, bytes: await readFile(file) })))
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
