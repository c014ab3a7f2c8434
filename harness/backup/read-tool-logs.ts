import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { scrubLine } from '../core/index.ts'
import type { BackupSet } from './types.ts'

/** What a tool wrote into a log beside the dump, when the backup was taken. */
export interface ToolComplaint {
  /** The log's name in the set. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Scrubbed. */
  readonly text: string
  /** The server met damage on its disk: rows are in no dump, or in it with holes. */
  readonly isDamage: boolean
}

const logEnding = /\.(?:log|err|stderr|out)(?:\.txt)?$/i
/** Logs are short; what goes on for longer is read no further. */
const readBytes = 16 * 1024 ** 2
const severity = /\b(?:WARN(?:ING)?|ERROR|FATAL|PANIC):/i
/** As the server and the tools for physical backups word it: bufpage.c, bufmgr.c, detoast.c, basebackup.c. */
const damage =
  /invalid page|page verification failed|zeroing out page|could not read blocks?\b|missing chunk number|unexpected chunk (?:number|size)|checksum (?:verification failed|failure)|invalid (?:page )?checksum|contains unexpected zero page|index corruption/i
/** `pg_dump: error: …`, or what the server said. A note or a hint is none. */
const complaint = /^(?:pg_\w+|psql)(?::\S+)?: (?:error|fatal|warning):|\b(?:ERROR|FATAL|PANIC):\s/

/** Every complaint of the logs in a set, in order. It knows the words of tools that speak English. */
export async function readToolLogs({ files }: BackupSet): Promise<readonly ToolComplaint[]> {
  const found: ToolComplaint[] = []
  for (const { name, parts } of files) {
    const [part] = parts
    if (!part?.present || !logEnding.test(name)) continue
    await using stream = createReadStream(part.path, { end: readBytes - 1 })
    let line = 0
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1
      const isDamage = severity.test(text) && damage.test(text)
      if (isDamage || complaint.test(text)) found.push({ file: name, line, text: scrubLine(text.trim()), isDamage })
    }
  }
  return found
}
