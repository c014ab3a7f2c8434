import { cutOff, damaged } from './archive-damage.ts'

const closing = Buffer.from('\n\\.\n')

/**
 * Rows of a COPY as an archive holds them, closing line included. They must end where their data ends: what followed
 * would be run as SQL, and without their closing line what comes after them would be taken for rows.
 */
export async function* guardRows(data: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  /** The last bytes before the chunk; the closing line may be the first. */
  let before: Buffer = Buffer.from('\n')
  let isClosed = false
  for await (const chunk of data) {
    if (isClosed) checkRest(chunk, name)
    else {
      const seam = Buffer.concat([before, chunk.subarray(0, closing.length - 1)])
      const inSeam = seam.indexOf(closing)
      const found = inSeam >= 0 ? inSeam - before.length : chunk.indexOf(closing)
      if (inSeam >= 0 || found >= 0) {
        isClosed = true
        checkRest(chunk.subarray(found + closing.length), name)
      } else before = Buffer.concat([before, chunk.subarray(-closing.length + 1)]).subarray(-closing.length + 1)
    }
    yield chunk
  }
  if (!isClosed) throw cutOff(`the rows of ${name} lack their closing line`)
}

/** Statements (INSERTs) as an archive holds them: the last one must be whole. */
export async function* guardStatements(data: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let last = ';'
  for await (const chunk of data) {
    last = /[^\s](?=\s*$)/.exec(chunk.toString('latin1', Math.max(0, chunk.length - 64)))?.[0] ?? last
    yield chunk
  }
  if (last !== ';') throw cutOff(`the statements of ${name} end in the middle of one`)
}

function checkRest(rest: Buffer, name: string): void {
  if (rest.some((code) => code !== 0x0a)) throw damaged(`something follows the rows of ${name}`)
}
