import { createHash } from 'node:crypto'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { gunzip, inflate, unzstd } from './decompress.ts'

/** Several times what all turns hold, and nothing in it twice. */
const text = Buffer.concat(
  Array.from({ length: 60_000 }, (_, index) => createHash('sha512').update(String(index)).digest()),
)

const ways = [
  ['gzip', gzipSync(text), gunzip],
  ['zlib', deflateSync(text), inflate],
  ['zstd', zstdCompressSync(text), unzstd],
] as const

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

it.each(ways)('%s: a piece and the one before it are good while the piece is worked on', async (_, packed, decode) => {
  let at = 0
  let before: { readonly from: number; readonly piece: Buffer } = { from: 0, piece: Buffer.alloc(0) }
  for await (const piece of decode(inPieces(packed, 10_000))) {
    // Whatever is decompressed ahead has the time to be.
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect([isAt(before.piece, before.from), isAt(piece, at)]).toEqual([true, true])
    before = { from: at, piece }
    at += piece.length
  }
  expect(at).toBe(text.length)
})

it.each(ways)('%s: what came before a damage arrives before it', async (_, packed, decode) => {
  const cut = packed.subarray(0, packed.length - 1_000)
  let at = 0
  const read = async (): Promise<void> => {
    for await (const piece of decode(inPieces(cut, 65_536))) {
      expect(isAt(piece, at)).toBe(true)
      at += piece.length
    }
  }
  await expect(read()).rejects.toThrow(/end|truncated|incomplete/i)
  expect(at).toBeGreaterThan(text.length - 140_000)
})

function isAt(piece: Buffer, from: number): boolean {
  return piece.equals(text.subarray(from, from + piece.length))
}
