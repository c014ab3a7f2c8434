import { Fault } from '../../core/index.ts'
import { openDump } from '../../dump/index.ts'
import { skipReason } from '../skip-rules.ts'
import type { SkippedStatement } from '../types.ts'
import type { StockFile } from './types.ts'

/** What must be known of a dump before a client may see it. */
export interface ScreenedDump {
  readonly file: StockFile
  /** Statements that no writer of dumps uses and that reach outside the database. */
  readonly hostile: readonly SkippedStatement[]
  /** Databases that it makes itself. */
  readonly creates: ReadonlySet<string>
  /** It changes databases: then it can't be held in psql's restricted mode as a whole. */
  readonly connects: boolean
}

/** Hostile statements that are listed; one is enough not to run the dump. */
const mostListed = 100

/** Reads a dump to its end, and throws where our reader finds a psql command in it that no writer of dumps puts there. */
export async function screenDump(file: StockFile, superuser: string, signal: AbortSignal): Promise<ScreenedDump> {
  const hostile: SkippedStatement[] = []
  const creates = new Set<string>()
  let connects = false
  for await (const entry of openDump(file.path, { signal })) {
    if (entry.kind === 'copy') await entry.skip()
    else if (entry.kind === 'connect') connects = true
    else if (entry.kind === 'problem' && entry.code === 'E_DUMP_HOSTILE')
      throw new Fault(entry.code, `${file.name}, line ${entry.line}: ${entry.message}`, { hint: entry.hint })
    else if (entry.kind === 'statement') {
      const { verb, object, line } = entry
      if (verb === 'CREATE DATABASE' && object !== null) creates.add(object)
      const skip = skipReason(entry, { superuser, platformDatabase: null })
      if (skip?.hostile && hostile.length < mostListed) hostile.push({ file: file.name, line, verb, object, ...skip })
    }
  }
  return { file, hostile, creates, connects }
}
