import type { DumpProblem } from '../types.ts'
import type { Reading } from './reading.ts'
import { readTocComment } from './toc-comment.ts'

/** The comment that ended at the lexer's position: a heading of pg_dump's says what comes next, and where the end is. */
export function followComment(reading: Reading): DumpProblem | null {
  const { commentStart, position } = reading.lexer
  // Nearly every comment of a dump is a bare `--`.
  if (position - commentStart < 4) return null
  const comment = readTocComment(reading.window.bytes(commentStart, position).toString())
  if (comment.kind === 'label') {
    reading.label = comment.label
    const { schema, name } = comment.label
    reading.object = schema === null ? name : `${schema}.${name}`
  }
  return reading.markers.comment(comment, reading.window.at(commentStart))
}
