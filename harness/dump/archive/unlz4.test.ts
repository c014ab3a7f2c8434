import { describe, expect, it } from 'vitest'
import { drawn, flipped } from './testing/damage.ts'
import { frames, rows } from './testing/lz4-frames.ts'
import { unlz4 } from './unlz4.ts'
import { xxHash32 } from './xxhash32.ts'

async function unpacked(bytes: Buffer, chunkBytes = 1_000): Promise<string> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return Buffer.concat(await Array.fromAsync(unlz4(chunks()), (piece) => Buffer.from(piece))).toString()
}

describe('LZ4 frames', () => {
  it.each(frames)('are unpacked %s, in whatever chunks they come', async (_title, packed) => {
    const bytes = Buffer.from(packed, 'base64')
    for (const chunkBytes of [1, 7, 1_000_000]) expect((await unpacked(bytes, chunkBytes)) === rows).toBe(true)
  })

  it('may follow one another, and may be passed over', async () => {
    const [first, second] = frames.map(([, packed]) => Buffer.from(packed, 'base64'))
    const passed = Buffer.from('502a4d1803000000010203', 'hex')
    const all = Buffer.concat([first ?? passed, passed, second ?? passed])
    expect((await unpacked(all)) === rows + rows).toBe(true)
  })

  it.each(frames)('are found cut short, %s', async (_title, packed) => {
    const bytes = Buffer.from(packed, 'base64')
    for (let index = 0; index < 40; index += 1) {
      const cut = bytes.subarray(0, 1 + drawn(bytes.length - 1, 'lz4', index))
      await expect(unpacked(cut)).rejects.toMatchObject({ code: 'LZ4_end' })
    }
  })

  it.each(frames)('never unpack to other bytes unseen where there are checksums, %s', async (title, packed) => {
    const bytes = Buffer.from(packed, 'base64')
    const outcomes = new Set<string>()
    for (let index = 0; index < 60; index += 1) {
      const damaged = flipped(bytes, drawn(bytes.length, 'lz4', index), index % 8)
      const outcome = await unpacked(damaged).catch(codeOf)
      outcomes.add(outcome === rows ? 'same' : outcome.startsWith('LZ4_') ? 'found' : 'other')
    }
    const hasSum = !title.startsWith('without')
    expect([...outcomes].filter((outcome) => outcome !== 'same' && !(outcome === 'other' && !hasSum))).toEqual([
      'found',
    ])
  })
})

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}

it('xxHash32 gives the published values', () => {
  const values = ['', 'a', 'abc', 'Nobody inspects the spammish repetition'].map((text) => xxHash32(Buffer.from(text)))
  expect(values).toEqual([0x02cc5d05, 0x550d7456, 0x32d153ff, 0xe2293b2f])
})
