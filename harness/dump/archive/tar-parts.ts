import { cutOff, damaged, hostile } from './archive-damage.ts'
import { ArchiveFile, type ReadMeter } from './archive-file.ts'
import { FieldReader } from './field-reader.ts'
import type { ArchivePart, ArchiveParts } from './folded-archive.ts'
import { isForeign, readTarHeader, tarBlock } from './tar-header.ts'

interface Place {
  readonly start: number
  readonly size: number
}

/** The tar file of `pg_dump -Ft`: read where it lies, never unpacked. */
export class TarParts implements ArchiveParts {
  readonly kind = 'tar'
  readonly #file: ArchiveFile
  readonly #members: ReadonlyMap<string, Place>
  readonly #used = new Set(['toc.dat', 'restore.sql'])

  private constructor(file: ArchiveFile, members: ReadonlyMap<string, Place>) {
    this.#file = file
    this.#members = members
  }

  static async open(path: string, meter: ReadMeter): Promise<TarParts> {
    await using opening = new AsyncDisposableStack()
    const file = opening.use(await ArchiveFile.open(path, meter))
    const parts = new TarParts(file, await membersOf(file))
    opening.move()
    return parts
  }

  async toc(): Promise<FieldReader> {
    const place = this.#members.get('toc.dat')
    if (!place) throw damaged('its toc.dat is missing')
    return new FieldReader(this.#file, place.start, place.start + place.size)
  }

  async part(name: string): Promise<ArchivePart | null> {
    const place = this.#members.get(name)
    if (!place) return null
    this.#used.add(name)
    return { compression: 'none', chunks: this.#file.chunks(place.start, place.start + place.size) }
  }

  async unusedPart(): Promise<string | null> {
    return this.#members.keys().find((name) => !this.#used.has(name)) ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]()
  }
}

async function membersOf(file: ArchiveFile): Promise<ReadonlyMap<string, Place>> {
  const members = new Map<string, Place>()
  let at = 0
  for (;;) {
    const block = await file.read(at, tarBlock)
    if (block.length < tarBlock) throw cutOff('its closing blocks are missing')
    const member = readTarHeader(block, at)
    if (member === null) break
    const { name, size } = member
    const start = at + tarBlock
    if (isForeign(name)) throw hostile('holds a file of a foreign name')
    if (members.has(name)) throw damaged(`it holds ${name} twice`)
    if (start + size > file.size) throw cutOff(`it ends inside its file ${name}`)
    members.set(name, { start, size })
    at = start + Math.ceil(size / tarBlock) * tarBlock
  }
  if (file.size - at < 2 * tarBlock) throw cutOff('its closing blocks are missing')
  for await (const chunk of file.chunks(at)) {
    if (chunk.some((code) => code !== 0)) throw damaged('something follows its last file')
  }
  return members
}
