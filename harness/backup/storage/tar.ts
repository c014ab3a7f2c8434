import { Fault } from '../../core/index.ts'

/* POSIX.1-2001 (pax): https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html. `tar x` reads it. */
const block = 512
const mostOctal = 8 ** 11

export interface TarEntry {
  readonly name: string
  readonly bytes: number
  readonly content: AsyncIterable<Buffer>
}

/** Regular files as a tar archive, as they come. The content must have as many bytes as said. */
export async function* writeTar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Buffer> {
  for await (const { name, bytes, content } of entries) {
    const records = [
      ...(Buffer.byteLength(name) > 100 || /[^ -~]/.test(name) ? [recordOf('path', name)] : []),
      ...(bytes >= mostOctal ? [recordOf('size', String(bytes))] : []),
    ].join('')
    if (records !== '') {
      const body = Buffer.from(records)
      yield Buffer.concat([headerOf('PaxHeader', body.length, 'x'), body, padding(body.length)])
    }
    yield headerOf(name, bytes < mostOctal ? bytes : 0, '0')
    yield* content
    if (bytes % block > 0) yield padding(bytes)
  }
  yield Buffer.alloc(block * 2)
}

/** `<length> key=value\n`, whose length counts its own digits. */
function recordOf(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

function headerOf(name: string, bytes: number, type: '0' | 'x'): Buffer {
  const header = Buffer.alloc(block)
  header.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 'latin1')
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('ustar\u000000', 257)
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0)
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((block - (bytes % block)) % block)
}

/** The files of an archive that {@link writeTar} made. Each content is read to its end before the next. Throws `E_DUMP_DAMAGED`. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new Blocks(chunks)
  let pax: Readonly<Record<string, string>> = {}
  for (;;) {
    const header = await source.take(block)
    if (header.every((byte) => byte === 0)) break
    const sum = Number.parseInt(header.toString('latin1', 148, 154), 8)
    header.fill(' ', 148, 156)
    if (sum !== sumOf(header)) throw damaged('a header is not what was written')
    const bytes = Number(pax['size'] ?? Number.parseInt(header.toString('latin1', 124, 135), 8))
    const type = header.toString('latin1', 156, 157)
    if (type === 'x') {
      pax = recordsIn(await source.take(bytes))
      await source.take(padding(bytes).length)
      continue
    }
    const name = pax['path'] ?? header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
    pax = {}
    if (type !== '0') throw damaged(`it holds ${type}, which is no file`)
    const content = source.pass(bytes)
    yield { name, bytes, content }
    for await (const _ of content);
    await source.take(padding(bytes).length)
  }
  await source.end()
}

function recordsIn(body: Buffer): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (let at = 0; at < body.length;) {
    const length = Number.parseInt(body.toString('latin1', at, at + 20), 10)
    if (!(length > 0)) throw damaged('a record is not what was written')
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(body.toString('utf8', at, at + length)) ?? []
    if (key !== undefined && value !== undefined) found[key] = value
    at += length
  }
  return found
}

/** Bytes by number, from chunks of any size. */
class Blocks {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#source = chunks[Symbol.asyncIterator]()
  }

  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of this.pass(bytes)) parts.push(part)
    return Buffer.concat(parts)
  }

  async *pass(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (this.#held.length === 0) {
        const { value, done } = await this.#source.next()
        if (done === true) throw damaged('it ends too early')
        this.#held = value
      }
      const part = this.#held.subarray(0, left)
      this.#held = this.#held.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** To the end of the source: who decrypts proves only there that all of it came. */
  async end(): Promise<void> {
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next());
  }
}

function damaged(what: string): Fault {
  return new Fault('E_DUMP_DAMAGED', `the archive of the files of Storage is damaged: ${what}`, {
    hint: 'copy the set again from where it was made, or download the files again',
  })
}
