import { ByteWindow } from './byte-window.ts'
import { SqlLexer } from '../lexer/sql-lexer.ts'
import { stop } from '../lexer/states.ts'
import type { PlainSource } from '../plain-source.ts'

/** What follows the last row of an INSERT: nothing, or `ON CONFLICT DO NOTHING`. */
export type InsertTail = '' | 'ON CONFLICT DO NOTHING'

/** `null`: a tail that does not mean the same when repeated, so the INSERT must stay whole. */
export function readInsertTail(text: string): InsertTail | null {
  const words = text.replace(/;\s*$/, '').trim().replace(/\s+/g, ' ').toUpperCase()
  return words === '' || words === 'ON CONFLICT DO NOTHING' ? words : null
}

/**
 * Reads ahead, with a second reader, to the end of the INSERT at `offset`: cut in pieces, each piece needs the tail, and
 * keeping the whole statement until then would make memory grow with the dump.
 */
export async function peekInsertTail(
  source: PlainSource,
  offset: number,
  standardStrings: boolean,
  pieceBytes: number,
): Promise<InsertTail | null> {
  const window = new ByteWindow(source.open().chunks, source.stretch?.start)
  try {
    while (!window.ended && window.end <= offset) await window.more(window.end)
    const lexer = new SqlLexer(pieceBytes)
    lexer.standardStrings = standardStrings
    lexer.position = offset
    for (;;) {
      const why = lexer.scan(window.view, window.base, window.ended)
      if (why === stop.tuple) lexer.values.cut()
      else if (why === stop.semicolon)
        return readInsertTail(window.bytes(lexer.values.tupleEnd, lexer.position).toString())
      // Cut short, or a psql command within the statement: the reader proper will come to it and say so.
      else if (why !== stop.more || window.ended) return ''
      else await window.more(lexer.keepFrom)
    }
  } finally {
    await window.close()
  }
}
