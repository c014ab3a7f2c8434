import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { manifestName, readLine } from './manifest-lines.ts'
import { NameIndex } from './name-index.ts'
import type { FileRecord } from './types.ts'

/**
 * A manifest on disk, open to be asked by name; its lines stay there. Of two lines for one object the later holds. What
 * was asked for is remembered, so that the rest can be listed.
 */
export class ManifestIndex implements Disposable {
  readonly #file: number
  readonly #name: string
  readonly #index = new NameIndex()
  #asked = new Uint8Array(1_024)
  #dead = new Uint8Array(1_024)
  /** Objects, and their bytes together. */
  objects = 0
  bytes = 0

  /** A last line that was cut off is left out where `mayBeCut` (a start was interrupted); else it is damage. */
  static async open(path: string, mayBeCut = false): Promise<ManifestIndex | null> {
    let file: number
    try {
      file = openSync(path, 'r')
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
      throw new Fault('E_FILE_UNREADABLE', `cannot read ${path}`, { hint: 'check its permissions', cause: thrown })
    }
    const opened = new ManifestIndex(file, basename(path))
    try {
      await opened.#scan(path, mayBeCut)
    } catch (thrown) {
      opened[Symbol.dispose]()
      throw thrown
    }
    return opened
  }

  private constructor(file: number, name: string) {
    this.#file = file
    this.#name = name
  }

  find(bucket: string, name: string): FileRecord | null {
    for (const line of this.#index.candidates(bucket, name)) {
      if (this.#dead[line] === 1) continue
      const record = this.#read(line)
      if (record.bucket !== bucket || record.name !== name) continue
      this.#asked[line] = 1
      return record
    }
    return null
  }

  /** Some object has more than one line. */
  get hasTwins(): boolean {
    return this.#index.size > this.objects
  }

  /** Every object, in the order of the lines. */
  *records(): Generator<FileRecord> {
    for (let line = 0; line < this.#index.size; line += 1) if (this.#dead[line] !== 1) yield this.#read(line)
  }

  /** Those that nobody has asked for. */
  *unasked(): Generator<FileRecord> {
    for (let line = 0; line < this.#index.size; line += 1) {
      if (this.#dead[line] !== 1 && this.#asked[line] !== 1) yield this.#read(line)
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  async #scan(path: string, mayBeCut: boolean): Promise<void> {
    const whole = fstatSync(this.#file).size
    let offset = 0
    let rest: Buffer = Buffer.alloc(0)
    if (whole === 0) return
    for await (const chunk of createReadStream(path, { end: whole - 1 }) as AsyncIterable<Buffer>) {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let from = 0
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, from)) {
        this.#add(text.toString('utf8', from, end), offset + from, end - from)
        from = end + 1
      }
      rest = text.subarray(from)
      offset += from
    }
    if (rest.length > 0 && !mayBeCut) {
      throw new Fault('E_BACKUP_MANIFEST', `${this.#name} ends in the middle of a line`, {
        hint: 'copy it again from where it was made, or download anew',
      })
    }
  }

  #add(text: string, offset: number, length: number): void {
    const record = readLine(text, `line ${this.#index.size + 1} of ${this.#name}`)
    for (const line of this.#index.candidates(record.bucket, record.name)) {
      if (this.#dead[line] === 1) continue
      const earlier = this.#read(line)
      if (earlier.bucket !== record.bucket || earlier.name !== record.name) continue
      this.#dead[line] = 1
      this.objects -= 1
      this.bytes -= earlier.bytes
    }
    const line = this.#index.add(record.bucket, record.name, offset, length)
    if (line >= this.#dead.length) {
      this.#dead = doubled(this.#dead)
      this.#asked = doubled(this.#asked)
    }
    this.objects += 1
    this.bytes += record.bytes
  }

  #read(line: number): FileRecord {
    const { offset, length } = this.#index.place(line)
    const bytes = Buffer.allocUnsafe(length)
    readSync(this.#file, bytes, 0, length, offset)
    return readLine(bytes.toString('utf8'), `line ${line + 1} of ${this.#name}`)
  }
}

function doubled(marks: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(marks.length * 2)
  larger.set(marks)
  return larger
}

/** That of a folder. Throws `E_BACKUP_FILE_MISSING`. */
export async function demandManifest(folder: string): Promise<ManifestIndex> {
  const index = await ManifestIndex.open(join(folder, manifestName))
  if (index) return index
  throw new Fault('E_BACKUP_FILE_MISSING', `${manifestName} is missing`, {
    hint: 'name the folder of a whole download',
  })
}
