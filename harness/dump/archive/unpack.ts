import { gunzip, inflate, unzstd } from '../decompress.ts'
import { damageOf } from '../plain-source.ts'
import type { Compression } from '../types.ts'
import { unlz4 } from './unlz4.ts'
import { ArchiveDamage, cutOff, damaged } from './archive-damage.ts'
import { smallBytes, unpackAtOnce } from './unpack-at-once.ts'

/**
 * Decompresses one block or one file of an archive. `wrapper`: within a custom archive gzip stands for zlib's bare
 * format, and a block that ends early is damage, because its length was told; a file that does was cut.
 */
export async function* unpack(
  packed: AsyncIterable<Buffer>,
  compression: Compression,
  wrapper: 'block' | 'file',
  name: string,
): AsyncGenerator<Buffer> {
  const chunks = packed[Symbol.asyncIterator]()
  try {
    const first = await chunks.next()
    if (first.done === true || first.value.length > smallBytes) {
      yield* plainOf(resume([first], chunks), compression, wrapper)
      return
    }
    const second = await chunks.next()
    const plain = second.done === true ? unpackAtOnce(first.value, compression, wrapper) : null
    if (plain === null) yield* plainOf(resume([first, second], chunks), compression, wrapper)
    else if (plain.length > 0) yield plain
  } catch (error) {
    if (error instanceof ArchiveDamage) throw error
    const damage = damageOf(error)
    if (damage === null) throw error
    if (damage.code === 'E_DUMP_TRUNCATED' && wrapper === 'file')
      throw cutOff(`the compressed data of ${name} ends in the middle`)
    throw damaged(`the compressed data of ${name} is broken (${error instanceof Error ? error.message : ''})`)
  } finally {
    await chunks.return?.()
  }
}

/** What was taken from a source already, and the rest of it. */
async function* resume(
  taken: readonly IteratorResult<Buffer, unknown>[],
  rest: AsyncIterator<Buffer, unknown>,
): AsyncGenerator<Buffer> {
  for (const step of taken) {
    if (step.done === true) return
    yield step.value
  }
  for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value
}

function plainOf(
  packed: AsyncIterable<Buffer>,
  compression: Compression,
  wrapper: 'block' | 'file',
): AsyncIterable<Buffer> {
  switch (compression) {
    case 'none':
      return packed
    case 'gzip':
      return wrapper === 'block' ? inflate(packed) : gunzip(packed)
    case 'zstd':
      return unzstd(packed)
    case 'lz4':
      return unlz4(packed)
    default:
      throw new TypeError(`unhandled ${JSON.stringify(compression satisfies never)}`)
  }
}
