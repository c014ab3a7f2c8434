import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unreadable } from '../plain-source.ts'
import type { Compression } from '../types.ts'
import { cutOff } from './archive-damage.ts'
import { ArchiveFile, type ReadMeter } from './archive-file.ts'
import { FieldReader } from './field-reader.ts'
import type { ArchivePart, ArchiveParts } from './folded-archive.ts'

/** How each compression ends a file's name. */
const endings: Readonly<Record<Compression, string>> = { none: '', gzip: '.gz', lz4: '.lz4', zstd: '.zst' }
const compressions: readonly Compression[] = ['none', 'gzip', 'lz4', 'zstd']

/** Files that pg_dump writes into a folder. What else lies there is not looked at. */
const written = /^(?:\d+\.dat|blob_\d+\.dat|blobs(?:_\d+)?\.toc)(?:\.(?:gz|lz4|zst))?$/

/** The folder of `pg_dump -Fd`. */
export class DirectoryParts implements ArchiveParts {
  readonly kind = 'directory'
  readonly #path: string
  readonly #meter: ReadMeter
  readonly #used = new Set<string>()
  #toc: ArchiveFile | null = null
  #usual: Compression = 'none'

  constructor(path: string, meter: ReadMeter) {
    this.#path = path
    this.#meter = meter
  }

  async toc(): Promise<FieldReader> {
    this.#toc = await ArchiveFile.openPart(join(this.#path, 'toc.dat'), 'toc.dat', this.#meter)
    if (this.#toc === null) throw cutOff('its toc.dat is missing')
    return new FieldReader(this.#toc, 0)
  }

  async part(name: string): Promise<ArchivePart | null> {
    // Nearly all files of a folder are compressed the same way.
    const usual = this.#usual
    for (const compression of [usual, ...compressions.filter((other) => other !== usual)]) {
      const file = `${name}${endings[compression]}`
      const found = await ArchiveFile.openPart(join(this.#path, file), file, this.#meter)
      if (found === null) continue
      this.#used.add(file)
      this.#usual = compression
      return { compression, chunks: wholeOf(found) }
    }
    return null
  }

  async unusedPart(): Promise<string | null> {
    const names = await readdir(this.#path).catch((cause: unknown) => {
      throw unreadable(this.#path, cause)
    })
    return names.sort().find((name) => written.test(name) && !this.#used.has(name)) ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#toc?.[Symbol.asyncDispose]()
  }
}

async function* wholeOf(file: ArchiveFile): AsyncGenerator<Buffer> {
  await using open = file
  yield* open.chunks()
}

/** Bytes of all that pg_dump wrote there. */
export async function folderBytes(path: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(path)) {
    if (name === 'toc.dat' || written.test(name)) bytes += (await stat(join(path, name))).size
  }
  return bytes
}
