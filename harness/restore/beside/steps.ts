import type { BesideStep } from './types.ts'

/** Of what a dump sets, what its own text is read by. Nothing of it may lead us elsewhere. */
export const ownSettings =
  /^(?:client_encoding|standard_conforming_strings|escape_string_warning|xmloption|default_table_access_method|datestyle|intervalstyle)$/i

export function bytesOf(step: BesideStep): number {
  if (step.kind === 'copy') return step.entry.data.to - step.entry.data.from
  return step.kind === 'inserts' ? step.entry.range.to - step.entry.range.from : 0
}

export async function* counting(chunks: AsyncIterable<Buffer>, told: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk
    told(chunk.length)
  }
}
