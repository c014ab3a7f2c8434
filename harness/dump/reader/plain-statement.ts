import { Fault } from '../../core/index.ts'
import type { Classified } from '../classify.ts'
import { isSafeEncoding } from '../encodings.ts'
import type { StatementEntry } from '../types.ts'
import type { Reading } from './reading.ts'
import { sessionSetting } from './session-setting.ts'

/** A statement that carries no rows. `head`: as much of it as `found` was read from. */
export function plainStatement(reading: Reading, found: Classified, head: string, bytes: Buffer): StatementEntry {
  const { offset, line } = reading.window.at(reading.lexer.start)
  reading.markers.statement(found, head, { offset, line })
  reading.entries += 1
  const object = found.parts === null ? null : found.parts.join('.')
  const isSession = found.verb === 'SET' || found.verb === 'RESET' || found.verb === 'SELECT set_config'
  if (isSession) followSetting(reading, found, head)
  else if (object !== null) reading.object = object
  const label = isSession ? null : reading.label
  return { kind: 'statement', offset, line, text: reading.texts.of(bytes), verb: found.verb, object, label }
}

/** Follows the settings that change how the rest must be read. */
function followSetting(reading: Reading, found: Classified, sql: string): void {
  const setting = sessionSetting(found, sql)
  if (setting === null) return
  if (setting.name === 'standard_conforming_strings') reading.lexer.standardStrings = setting.isOn
  if (setting.name !== 'client_encoding' || setting.value === null) return
  reading.encoding ??= setting.value
  if (isSafeEncoding(setting.value)) return
  throw new Fault(
    'E_DUMP_FORMAT_UNSUPPORTED',
    `the dump is in ${setting.value}, where half a letter may look like a quote`,
    { hint: 'dump it again with pg_dump --encoding=UTF8' },
  )
}
