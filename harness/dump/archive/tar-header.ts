import { damaged, hostile } from './archive-damage.ts'

export const tarBlock = 512

export interface TarMember {
  readonly name: string
  readonly size: number
}

/** Members that pg_dump writes; `restore.sql` is a script for people. */
const written = /^(?:toc\.dat|restore\.sql|\d+\.dat|blob_\d+\.dat|blobs(?:_\d+)?\.toc)$/

export function isTarHeader(block: Buffer): boolean {
  return block.toString('latin1', 257, 262) === 'ustar'
}

/** A member's header in the ustar format, of which pg_dump uses plain files alone; null for a block of zeros. */
export function readTarHeader(block: Buffer, at: number): TarMember | null {
  if (block.every((code) => code === 0)) return null
  const sum = block.reduce((total, code, index) => total + (index >= 148 && index < 156 ? 0x20 : code), 0)
  if (!isTarHeader(block) || octal(block, 148, 8) !== sum)
    throw damaged(`no file begins at byte ${at}, where it should`)
  const name = text(block, 0, 100)
  const kind = text(block, 156, 1)
  if (kind !== '0' && kind !== '')
    throw hostile(`holds a tar member of kind ${JSON.stringify(kind)} (a link, a folder, a device or an extension)`)
  const prefix = text(block, 345, 155)
  if (name.startsWith('/') || /(?:^|\/)\.\.(?:\/|$)/.test(`${prefix}/${name}`) || prefix.startsWith('/')) {
    throw hostile('holds a tar member whose name leads out of it')
  }
  const size = sizeOf(block)
  return { name: prefix === '' ? name : `${prefix}/${name}`, size }
}

/** A name that is none of pg_dump's. */
export function isForeign(name: string): boolean {
  return !written.test(name)
}

function sizeOf(block: Buffer): number {
  const first = block.readUInt8(124)
  if (first < 0x80) {
    const size = octal(block, 124, 12)
    if (size === null) throw damaged('a tar member has no size')
    return size
  }
  // Beyond 8 GiB: base 256, in two's complement.
  if (first !== 0x80) throw hostile('holds a tar member of negative size')
  const size = block.readBigUInt64BE(128)
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('a tar member is larger than any disk')
  return Number(size)
}

function octal(block: Buffer, at: number, length: number): number | null {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(block.toString('latin1', at, at + length))?.[1]
  return digits === undefined ? null : Number.parseInt(digits, 8)
}

function text(block: Buffer, at: number, length: number): string {
  const bytes = block.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? length : end)
}
