import type { FileHandle } from 'node:fs/promises'
import { isHeadOfObject } from './facts-file-record.ts'
import type { FactsPool } from './facts-file-pool.ts'
import type { ObjectFact } from './types.ts'

/** Bytes of one reading: a few thousand objects. A longer line is read in a larger one. */
const chunkBytes = 256 * 1024

const newline = 10
const comma = 44
const closingBrace = 125
const propertiesKey = Buffer.from(',"properties":')

/** The whole file but for its objects, as JSON text, and these. */
export interface FactsLines {
  readonly rest: string
  readonly objects: readonly ObjectFact[]
}

/**
 * Reads a facts file object by object, in the layout in which it is written: one object a line. Null for everything else,
 * another layout as well as a broken record: whoever needs to know which, reads the text as a whole.
 */
export async function readFactsLines(file: FileHandle, pool: FactsPool): Promise<FactsLines | null> {
  const lines = new Lines(pool)
  let buffer = Buffer.allocUnsafe(chunkBytes)
  let kept = 0
  try {
    for (;;) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
      const { bytesRead } = await file.read(buffer, kept, buffer.length - kept)
      if (bytesRead === 0) break
      const filled = kept + bytesRead
      let start = 0
      for (let end = buffer.indexOf(newline, kept); end >= 0 && end < filled; end = buffer.indexOf(newline, start)) {
        if (!lines.take(buffer, start, end)) return null
        start = end + 1
      }
      buffer.copyWithin(0, start, filled)
      kept = filled - start
    }
    return lines.finish(buffer.toString('utf8', 0, kept))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

class Lines {
  readonly #pool: FactsPool
  readonly #rest: string[] = []
  readonly #objects: ObjectFact[] = []
  readonly #others: readonly ObjectFact[]
  #nextOther = 0
  #place: 'before' | 'among' | 'after' = 'before'
  /** Whether the last object's line says that another follows. */
  #awaitsMore = true

  constructor(pool: FactsPool) {
    this.#pool = pool
    this.#others = pool.objects
  }

  /** False where this is not our layout, or not an object. Throws a `SyntaxError` where it is no JSON. */
  take(buffer: Buffer, start: number, end: number): boolean {
    if (this.#place === 'among' && end - start > 2) return this.#takeObject(buffer, start, end)
    const line = buffer.toString('utf8', start, end)
    if (this.#place === 'among') {
      if (this.#awaitsMore || (line !== '],' && line !== ']')) return false
      this.#place = 'after'
      this.#rest.push(`"objects": []${line.slice(1)}`)
    } else if (line === '"objects": [') {
      if (this.#place === 'after') return false
      this.#place = 'among'
    } else this.#rest.push(line)
    return true
  }

  /** `{"deparsed":[],"identity":"public.t","kind":"table","properties":{"owner":"app"}},` */
  #takeObject(buffer: Buffer, start: number, end: number): boolean {
    const hasComma = buffer[end - 1] === comma
    const close = hasComma ? end - 2 : end - 1
    const split = buffer.indexOf(propertiesKey, start)
    if (!this.#awaitsMore || buffer[close] !== closingBrace || split < 0 || split > close) return false
    this.#awaitsMore = hasComma
    // An unescaped quote ends a string: the first such text is the key itself, in whatever names and values there are.
    const head: unknown = JSON.parse(`${buffer.toString('utf8', start, split)}}`)
    const properties = this.#pool.properties(buffer.toString('utf8', split + propertiesKey.length, close))
    if (!isHeadOfObject(head) || properties === null) return false
    const { kind, identity } = head
    this.#objects.push(this.#shared({ kind, identity, properties, deparsed: this.#pool.list(head.deparsed) }))
    return true
  }

  /** The object of the file that was read before, where it says the same. Both are sorted, or else nothing is shared. */
  #shared(object: ObjectFact): ObjectFact {
    for (; ; this.#nextOther += 1) {
      const other = this.#others[this.#nextOther]
      if (other === undefined || isBefore(object, other)) return object
      if (!isBefore(other, object))
        return other.properties === object.properties && other.deparsed === object.deparsed ? other : object
    }
  }

  finish(lastLine: string): FactsLines | null {
    if (this.#place !== 'after') return null
    this.#pool.objects = this.#objects
    return { rest: [...this.#rest, lastLine].join('\n'), objects: this.#objects }
  }
}

function isBefore(a: ObjectFact, b: ObjectFact): boolean {
  return a.kind === b.kind ? a.identity < b.identity : a.kind < b.kind
}
