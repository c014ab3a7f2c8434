import { cutOff, damaged } from './archive-damage.ts'
import { takeTurns } from '../text/read-ahead.ts'
import { chunkBytes, type ArchiveFile } from './archive-file.ts'

/** A sign and four bytes: pg_dump writes the size of its own C int, which is four everywhere. */
const intBytes = 5

/** Reads the fields of an archive one after the other, as ReadInt, ReadStr and ReadOffset of pg_backup_archiver.c do. */
export class FieldReader {
  /** Where the next field begins. */
  position: number
  /** What is being read, for messages. */
  subject = 'its header'
  readonly end: number
  /** For who gathers small pieces. */
  readonly nextScratch = takeTurns()
  readonly #file: ArchiveFile
  #window: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(file: ArchiveFile, position: number, end = file.size) {
    this.#file = file
    this.position = position
    this.end = end
  }

  /** Bytes that are here without reading on. */
  get ready(): number {
    return this.#window.length - this.#at
  }

  get left(): number {
    return this.end - this.position
  }

  async need(bytes: number): Promise<void> {
    if (this.ready >= bytes) return
    if (this.left < bytes) throw cutOff(`it ends inside ${this.subject}`)
    const kept = this.#window.subarray(this.#at)
    const more = await this.#file.read(
      this.position + kept.length,
      Math.min(this.left - kept.length, Math.max(bytes - kept.length, chunkBytes)),
    )
    this.#window = kept.length === 0 ? more : Buffer.concat([kept, more])
    this.#at = 0
    if (this.#window.length < bytes) throw cutOff(`it ends inside ${this.subject}`)
  }

  async bytes(count: number): Promise<Buffer> {
    await this.need(count)
    return this.#take(count)
  }

  async byte(): Promise<number> {
    if (this.ready < 1) await this.need(1)
    return this.#take(1).readUInt8(0)
  }

  async int(): Promise<number> {
    if (this.ready < intBytes) await this.need(intBytes)
    return this.intNow()
  }

  get hasInt(): boolean {
    return this.ready >= intBytes
  }

  /** The next int, which is known to be here. */
  intNow(): number {
    const sign = this.#window.readUInt8(this.#at)
    const value = this.#window.readUInt32LE(this.#at + 1)
    if (sign > 1 || (sign === 1 && value === 0) || value > 0x7fffffff)
      throw damaged(`no number is in ${this.subject} where one should be`)
    this.#skip(intBytes)
    return sign === 1 ? -value : value
  }

  /** An unsigned number of an oid's range, written as an int. */
  async oid(): Promise<number> {
    await this.need(intBytes)
    const sign = this.#window.readUInt8(this.#at)
    const value = this.#window.readUInt32LE(this.#at + 1)
    if (sign > 1) throw damaged(`no oid is in ${this.subject} where one should be`)
    this.#skip(intBytes)
    // Written through a signed int: the upper half of oids carries a sign.
    return sign === 1 ? (2 ** 32 - value) % 2 ** 32 : value
  }

  /** A string as bytes, one character each: its encoding is the dump's. Null is not the empty string. */
  async string(): Promise<string | null> {
    const length = await this.int()
    if (length === -1) return null
    if (length < 0) throw damaged(`a text of ${length} bytes is in ${this.subject}`)
    if (length > this.left)
      throw cutOff(`a text of ${length} bytes is in ${this.subject}, and ${this.left} bytes are left`)
    const text = (await this.bytes(length)).toString('latin1')
    if (text.includes('\0')) throw damaged(`a NUL byte is in ${this.subject}`)
    return text
  }

  /** Copies up to `count` of the bytes that are here. */
  copyTo(target: Buffer, at: number, count: number): number {
    const copied = this.#window.copy(target, at, this.#at, this.#at + Math.min(count, this.ready))
    this.#skip(copied)
    return copied
  }

  /** Passes over bytes, reading only what lies behind them. */
  pass(bytes: number): void {
    if (bytes > this.left) throw cutOff(`it ends inside ${this.subject}`)
    if (bytes <= this.ready) this.#skip(bytes)
    else {
      this.position += bytes
      this.#window = Buffer.alloc(0)
      this.#at = 0
    }
  }

  #take(count: number): Buffer {
    const taken = this.#window.subarray(this.#at, this.#at + count)
    this.#skip(count)
    return taken
  }

  #skip(count: number): void {
    this.#at += count
    this.position += count
  }
}
