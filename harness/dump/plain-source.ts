import { open, stat } from 'node:fs/promises'
import { Fault, formatBytes } from '../core/index.ts'
import { gunzip, unzstd } from './decompress.ts'
import type { DumpLimits } from './limits.ts'
import type { ProblemText } from './problem.ts'
import { takeTurns } from './text/read-ahead.ts'
import type { Compression, DumpPosition, TocLabel } from './types.ts'

/** The text of a dump, which can be read from its beginning as often as needed. */
export interface PlainSource {
  /** Set where the text is a part of a dump. */
  readonly stretch?: Stretch
  open(): PlainStream
}

/** Whole statements from the middle of a dump, and what the text before them says about them. */
export interface Stretch {
  readonly start: DumpPosition
  readonly standardStrings: boolean
  /** All INSERTs of the dump end the same way. */
  readonly isUniform: boolean
  readonly label: TocLabel | null
}

/** One reading. `failure` is final once `chunks` has ended: what ended it, if not the end of the text. */
export interface PlainStream {
  readonly chunks: AsyncIterable<Buffer>
  readonly failure: ProblemText | null
}

export interface PlainFile extends PlainSource {
  readonly compression: Compression
  readonly fileBytes: number
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes of the file (compressed, where it is) read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** Recognises a file's compression by its first bytes. Throws for what cannot be opened. */
export async function openPlainFile(path: string, limits: DumpLimits, options: ReadOptions): Promise<PlainFile> {
  const fileBytes = await sizeOf(path)
  const head = await firstBytes(path, 4)
  const compression = compressionOf(head)
  return {
    compression,
    fileBytes,
    open: () => new FileStream(path, compression, fileBytes, limits, options),
  }
}

class FileStream implements PlainStream {
  failure: ProblemText | null = null
  readonly chunks: AsyncIterable<Buffer>
  readonly #fileBytes: number
  readonly #limits: DumpLimits

  constructor(path: string, compression: Compression, fileBytes: number, limits: DumpLimits, options: ReadOptions) {
    this.#fileBytes = fileBytes
    this.#limits = limits
    const raw = readFile(path, options)
    const plain = compression === 'gzip' ? gunzip(raw) : compression === 'zstd' ? unzstd(raw) : raw
    this.chunks = this.#guarded(plain)
  }

  async *#guarded(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    const ceiling = ceilingOf(this.#limits, this.#fileBytes)
    try {
      for await (const chunk of plain) {
        bytes += chunk.length
        if (bytes > ceiling) {
          this.failure = bomb(this.#fileBytes, bytes)
          return
        }
        yield chunk
      }
    } catch (error) {
      this.failure = damageOf(error)
      if (this.failure === null) throw error
    }
  }
}

/** More than this a file must not unpack to. */
export function ceilingOf({ plainBytes, ratio, ratioFromBytes }: DumpLimits, fileBytes: number): number {
  return Math.min(plainBytes, Math.max(ratioFromBytes, ratio * fileBytes))
}

export function bomb(fileBytes: number, bytes: number): ProblemText {
  return {
    code: 'E_DUMP_BOMB',
    message: `${formatBytes(fileBytes)} of file unpack to more than ${formatBytes(bytes)}: no dump does that`,
    hint: 'if this is a real dump, decompress it first, or raise the limits',
  }
}

/** node:zlib's errors as findings about the file; null for any other error. */
export function damageOf(error: unknown): ProblemText | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  if (error.code === 'Z_BUF_ERROR' || error.code === 'LZ4_end') {
    return {
      code: 'E_DUMP_TRUNCATED',
      message: 'the compressed file ends in the middle: it was cut short',
      hint: 'compare its size with what was uploaded; take a fresh dump',
    }
  }
  if (!/^(?:Z_|ZSTD_|LZ4_)/.test(error.code)) return null
  return {
    code: 'E_DUMP_DAMAGED',
    message: `the compressed file is damaged: ${error.message}`,
    hint: 'compare its checksum with the one taken when it was written; use another copy',
  }
}

/** Twice the size is no faster, and chunks not yet collected are most of the memory a reader takes. */
const readBytes = 131_072

/** The file's bytes, the next chunk being read while one is worked on. A chunk is good until the next but one is asked for. */
async function* readFile(path: string, { signal, onBytes }: ReadOptions): AsyncGenerator<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  const nextBuffer = takeTurns()
  const read = () => {
    const reading = file
      .read(nextBuffer(readBytes), 0, readBytes)
      .then(({ bytesRead, buffer }) => buffer.subarray(0, bytesRead))
    // A failure is thrown where it is awaited, which may be later than it happens.
    reading.catch(() => undefined)
    return reading
  }
  let pending = read()
  let total = 0
  try {
    for (;;) {
      const chunk = await pending
      if (signal?.aborted === true) throw interrupted(signal)
      if (chunk.length === 0) return
      pending = read()
      total += chunk.length
      onBytes?.(total)
      yield chunk
    }
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreadable(path, cause)
  } finally {
    await pending.then(
      () => undefined,
      () => undefined,
    )
    await file.close()
  }
}

export function interrupted(signal: AbortSignal): Fault {
  return new Fault('E_INTERRUPTED', 'reading the dump was interrupted', { hint: 'run again', cause: signal.reason })
}

export function unreadable(path: string, cause: unknown): Fault {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return new Fault('E_PATH_NOT_FOUND', `there is no ${path}`, { hint: 'check the path', cause })
  }
  return new Fault('E_FILE_UNREADABLE', `cannot read ${path}`, { hint: 'check its permissions and the disk', cause })
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  if (found.isDirectory()) {
    throw new Fault('E_FILE_UNREADABLE', `${path} is a folder, and not one that pg_dump wrote`, {
      hint: 'give the dump file inside it',
    })
  }
  return found.size
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function compressionOf(head: Buffer): Compression {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'gzip'
  if (head.length < 4) return 'none'
  const magic = head.readUInt32LE(0)
  // A zstd file may open with a skippable frame (pzstd, seekable zstd).
  if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd'
  return 'none'
}
