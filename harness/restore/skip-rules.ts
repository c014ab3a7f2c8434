import type { StatementEntry } from '../dump/index.ts'

export interface SkipReason {
  readonly reason: string
  readonly hostile: boolean
}

/** Verbs that no writer of dumps uses, and that reach outside the database: files, programs, the server's settings. */
const hostileVerbs: ReadonlyMap<string, string> = new Map([
  ['ALTER SYSTEM', "changes the server's own settings"],
  ['COPY', 'reads or writes a file or a program on the server'],
  ['LOAD', 'loads a library into the server'],
])

/** Whether a statement is left out on purpose; null when it runs. */
export function skipReason(entry: StatementEntry, superuser: string): SkipReason | null {
  const hostile = hostileVerbs.get(entry.verb)
  if (hostile) return { reason: `${entry.verb} ${hostile}; pg_dump never writes it`, hostile: true }
  if (entry.verb === 'ALTER ROLE' && entry.object === superuser && setsAttributes(entry)) {
    return {
      reason: `${superuser} is the disposable server's own superuser and keeps its rights until the end`,
      hostile: false,
    }
  }
  if (entry.verb === 'DROP DATABASE') return { reason: 'the server is new: there is nothing to drop', hostile: false }
  return null
}

/** `ALTER ROLE x WITH NOSUPERUSER …` takes rights away; `ALTER ROLE x SET …` is a setting like any other. */
function setsAttributes(entry: StatementEntry): boolean {
  return / WITH /i.test(entry.text.subarray(0, 256).toString('latin1'))
}
