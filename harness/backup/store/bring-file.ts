import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { FileDigest } from '../digest-file.ts'
import { movingBytes, retrying, type RetryOptions } from './store-faults.ts'
import type { FilePart, Store } from './types.ts'

/** A file on its way from another place. */
export interface Arrival {
  /** In the place. */
  readonly path: string
  /** What it has to be. */
  readonly file: FileDigest
  /** Where it goes when it is whole. */
  readonly to: string
  /** A folder of the same disk, where it lies until then. */
  readonly arriving: string
}

export interface BringOptions extends RetryOptions {
  /** So many bytes more of it are here; those that were here before count too. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Brings one file, unless it is there. What came before a line broke is gone on with, also by another process that is given
 * the same `arriving`: its name there says of which file it is the beginning, of which version of it (its ETag, or size and
 * time), and by which digest; the beginning of any other is removed. What counts is its SHA-256 in the end.
 * Throws `E_DUMP_DAMAGED` where what came is not what the manifest says.
 */
export async function bringFile(store: Store, arrival: Arrival, options: BringOptions): Promise<void> {
  if (await isAsSaid(arrival.to, arrival.file)) return options.onBytes?.(arrival.file.bytes)
  await mkdir(dirname(arrival.to), { recursive: true, mode: 0o700 })
  const came = new Came(options.onBytes)
  await retrying(async () => bringOnce(store, arrival, options.signal, came), { ...options, stays: () => came.kept })
}

/** How much of a file is here; what is brought once more is told once. */
class Came {
  /** That stays for the next try. */
  kept = 0
  #told = 0
  readonly #tell: BringOptions['onBytes']

  constructor(tell: BringOptions['onBytes']) {
    this.#tell = tell
  }

  is(bytes: number, isKept: boolean): void {
    if (isKept) this.kept = bytes
    if (bytes <= this.#told) return
    this.#tell?.(bytes - this.#told)
    this.#told = bytes
  }
}

async function bringOnce(store: Store, arrival: Arrival, signal: AbortSignal, came: Came): Promise<void> {
  const { path, to, file } = arrival
  // Of a small one it isn't worth a question.
  const version = file.bytes < movingBytes ? '' : await store.versionOf(path, signal)
  const temporary = await placeFor(arrival, version)
  const part = await open(temporary, 'a+', 0o600)
  try {
    const hash = createHash('sha256')
    let bytes = await beginningOf(part, version === '' ? 0 : file.bytes, hash)
    came.is(bytes, version !== '')
    if (bytes < file.bytes || file.bytes === 0) {
      for await (const chunk of store.read(path, signal, partOf(version, bytes))) {
        bytes += chunk.length
        // Whoever can write there could fill our disk.
        if (bytes > file.bytes) break
        hash.update(chunk)
        await part.appendFile(chunk)
        came.is(bytes, version !== '')
      }
    }
    await part.sync()
    if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) throw await notAsSaid(arrival, temporary, bytes)
  } finally {
    await part.close()
  }
  await rename(temporary, to)
}

function partOf(version: string, from: number): FilePart | undefined {
  return version === '' ? undefined : { from, version }
}

/** Its name says what it is the beginning of; beginnings of another version of the same are removed. */
async function placeFor({ path, file, arriving }: Arrival, version: string): Promise<string> {
  const ofPath = shortDigest(path)
  const name = `${ofPath}-${shortDigest(JSON.stringify([version, file.bytes, file.sha256]))}`
  if (version !== '') {
    for (const other of await readdir(arriving)) {
      if (other.startsWith(`${ofPath}-`) && other !== name) await rm(join(arriving, other))
    }
  }
  return join(arriving, name)
}

/** Of which so many bytes are there; what can't be a beginning is cut off. Read again: it may be from another day. */
async function beginningOf(part: FileHandle, mostBytes: number, hash: Hash): Promise<number> {
  const { size } = await part.stat()
  if (size > 0 && size <= mostBytes) {
    for await (const chunk of part.createReadStream({ start: 0, autoClose: false })) hash.update(chunk as Buffer)
    return size
  }
  await part.truncate(0)
  return 0
}

async function notAsSaid({ path, file }: Arrival, temporary: string, bytes: number): Promise<Fault> {
  await rm(temporary, { force: true })
  return new Fault('E_DUMP_DAMAGED', `${path} is not what its manifest says: ${bytes} bytes came, of ${file.bytes}`, {
    hint: 'push the set again from where it was made, or take a fresh backup',
    facts: { again: true },
  })
}

async function isAsSaid(path: string, { bytes, sha256 }: FileDigest): Promise<boolean> {
  const found = await lstat(path).catch(whereNone)
  if (!found?.isFile() || found.size !== bytes) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex') === sha256
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function whereNone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
  throw error
}
