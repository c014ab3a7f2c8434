import { cutOff, damaged } from './archive-damage.ts'
import type { FieldReader } from './field-reader.ts'

/** As much as a chunk of a COPY file: small chunks of the archive are gathered into it. */
const gatheredBytes = 65_536

/** The pieces of a block, gathered: until PostgreSQL 15 every row of an uncompressed archive is a piece of its own. */
export async function* gatherPieces(fields: FieldReader): AsyncGenerator<Buffer> {
  let left = 0
  let gathered = fields.nextScratch(gatheredBytes)
  for (let isOver = false; !isOver;) {
    let used = 0
    while (used < gatheredBytes) {
      if (left === 0) {
        if (!fields.hasInt && used > 0) break
        left = await fields.int()
        isOver = left === 0
        if (isOver) break
        if (left < 0) throw damaged(`a piece of ${left} bytes is in ${fields.subject}`)
        if (left > fields.left)
          throw cutOff(`a piece of ${left} bytes is in ${fields.subject}, and ${fields.left} bytes are left`)
      }
      if (fields.ready === 0) {
        if (used > 0) break
        await fields.need(1)
      }
      const copied = fields.copyTo(gathered, used, Math.min(left, gatheredBytes - used))
      used += copied
      left -= copied
    }
    if (used === 0) continue
    // Large objects are small and many: they don't take 64 kB each.
    if (used < gatheredBytes / 8) yield Buffer.from(gathered.subarray(0, used))
    else {
      yield gathered.subarray(0, used)
      gathered = fields.nextScratch(gatheredBytes)
    }
  }
}
