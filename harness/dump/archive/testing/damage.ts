import { createHash } from 'node:crypto'
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of an archive, the folder's in order of their names. */
export async function filesOf(path: string): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]> {
  const isFolder = (await stat(path)).isDirectory()
  const paths = isFolder ? (await readdir(path)).sort().map((name) => join(path, name)) : [path]
  return Promise.all(paths.map(async (file) => ({ path: file, bytes: await readFile(file) })))
}

/** A number below `below`, the same for the same words. */
export function drawn(below: number, ...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('/')).digest().readUInt32LE(0) % below
}

/** Copies an archive and changes one of its files; `at` counts over all its bytes. Resolves to the file. */
export async function changedCopy(
  from: string,
  to: string,
  at: number,
  change: (bytes: Buffer, at: number) => Buffer,
): Promise<string> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  let before = 0
  for (const { path, bytes } of await filesOf(to)) {
    if (at < before + bytes.length) {
      await writeFile(path, change(bytes, at - before))
      return path
    }
    before += bytes.length
  }
  throw new RangeError(`byte ${at} is beyond the archive`)
}

export function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
  return copy
}
