import type { Classified } from '../classify.ts'
import { cutShort, hostileCommand, textAfterCopy } from '../complaints.ts'
import type { CopyEntry, DumpProblem } from '../types.ts'
import { CopyBlock } from './copy-block.ts'
import { readCopy } from './read-copy.ts'
import type { Reading, Step } from './reading.ts'

/** `COPY … FROM stdin` and the rows behind it. */
export class CopyStatements {
  readonly #reading: Reading
  #block: CopyBlock | null = null

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** Where the rows of the COPY that was given last begin; -1 once they were read. */
  get rowsFrom(): number {
    return this.#block?.start ?? -1
  }

  begin(found: Classified, bytes: Buffer): Step {
    const reading = this.#reading
    const { window, lexer } = reading
    const at = window.at(lexer.start)
    const command = readCopy(bytes.toString())
    if (command === null) {
      return reading.problem(at, hostileCommand('a COPY from or to a file or a program', at.line))
    }
    const { table, columns } = command
    const object = `${table.schema}.${table.name}`
    const lineEnd = reading.lineEnd(lexer.position)
    if (lineEnd === 'more') {
      // Back to the semicolon: it is found again when its line is here.
      lexer.position -= 1
      return reading.more(lexer.start)
    }
    reading.object = object
    reading.entries += 1
    reading.markers.statement(found, 'COPY', at)
    const rest = window.bytes(lexer.position, lineEnd ?? window.end).toString('latin1')
    if (/[^\s]/.test(rest)) return reading.problem(at, textAfterCopy(object))
    if (rest.includes('\r')) lexer.noteCarriageReturn(lexer.position)
    const statement = reading.texts.of(bytes)
    const rows = lineEnd === null ? window.end : lineEnd + 1
    window.at(rows)
    const block = new CopyBlock(window, rows)
    this.#block = block
    const entry: CopyEntry = {
      kind: 'copy',
      offset: at.offset,
      line: at.line,
      table,
      columns,
      statement,
      data: block.chunks(),
      skip: () => block.skip(),
      counted: () => ({ rows: block.rows, bytes: block.bytes, terminated: block.terminated }),
    }
    return entry
  }

  /** Reads past what the consumer of a COPY left; a problem if its rows have no end. */
  async finish(): Promise<DumpProblem | null> {
    const reading = this.#reading
    const block = this.#block
    if (block === null) return null
    await block.skip()
    this.#block = null
    reading.lexer.position = block.position
    if (block.carriageReturn >= 0) reading.lexer.noteCarriageReturn(block.carriageReturn)
    if (block.terminated) return null
    const text = reading.failure ?? cutShort('table data')
    const seen = `${text.message}; ${block.rows} rows of ${reading.object} were there`
    return reading.problem(reading.here(), { ...text, message: seen })
  }
}
