import { cutShort, hostileCommand } from '../complaints.ts'
import { readMetaCommand } from './meta-command.ts'
import { longestLine, type Reading, type Step } from './reading.ts'

/** The psql command at the lexer's position: passed over, followed to another database, or refused. */
export function passMetaCommand(reading: Reading): Step {
  const { window, lexer } = reading
  const from = lexer.position
  const lineEnd = reading.lineEnd(from)
  if (lineEnd === 'more') return reading.more(Math.min(lexer.keepFrom, from))
  const isAlone = lexer.start < 0
  const at = isAlone ? window.at(from) : window.aside(from)
  const command = readMetaCommand(window.bytes(from, lineEnd ?? Math.min(window.end, from + longestLine)).toString())
  if (command.kind === 'hostile')
    return reading.problem(at, hostileCommand(`the psql command ${command.command}`, at.line))
  if (!isAlone) return reading.problem(at, hostileCommand('a psql command within a statement', at.line))
  if (lineEnd === null) return reading.problem(at, reading.failure ?? cutShort('a psql command'))
  lexer.position = lineEnd
  if (command.kind !== 'connect') return null
  reading.label = null
  reading.object = null
  reading.entries += 1
  lexer.standardStrings = true
  return { kind: 'connect', offset: at.offset, line: at.line, database: command.database }
}
