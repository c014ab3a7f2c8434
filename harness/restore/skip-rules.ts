import type { StatementEntry } from '../dump/index.ts'

export interface SkipReason {
  readonly reason: string
  readonly hostile: boolean
}

export interface SkipContext {
  /** Bootstrap superuser of the engine. */
  readonly superuser: string
  /** The database that the platform was laid into; null where it was laid into none. */
  readonly platformDatabase: string | null
  /** What was laid in for the platform; see {@link leftToPlatform}. Nothing when absent. */
  readonly provided?: ReadonlySet<string>
}

/** How the names of what is provided tell of an extension that is left to the platform: it is not made here. */
export function leftToPlatform(extension: string): string {
  return `extension ${extension}`
}

const aboutExtension: ReadonlySet<string> = new Set(['CREATE EXTENSION', 'COMMENT ON EXTENSION'])

/** Verbs that no writer of dumps uses, and that reach outside the database: files, programs, the server's settings. */
const hostileVerbs: ReadonlyMap<string, string> = new Map([
  ['ALTER SYSTEM', "changes the server's own settings"],
  ['COPY', 'reads or writes a file or a program on the server'],
  ['LOAD', 'loads a library into the server'],
])

/** Whether a statement is left out on purpose; null when it runs. */
export function skipReason(
  entry: StatementEntry,
  { superuser, platformDatabase, provided }: SkipContext,
): SkipReason | null {
  const hostile = hostileVerbs.get(entry.verb)
  if (hostile) return { reason: `${entry.verb} ${hostile}; pg_dump never writes it`, hostile: true }
  if (entry.verb === 'ALTER ROLE' && entry.object === superuser && setsAttributes(entry)) {
    return {
      reason: `${superuser} is the disposable server's own superuser and keeps its rights until the end`,
      hostile: false,
    }
  }
  if (aboutExtension.has(entry.verb) && entry.object !== null && provided?.has(leftToPlatform(entry.object))) {
    return { reason: `${entry.object} is the platform's, and this server has none`, hostile: false }
  }
  if (entry.verb === 'DROP DATABASE' && entry.object !== null && entry.object === platformDatabase) {
    return { reason: 'it is new, and holds what stands for the platform', hostile: false }
  }
  return null
}

/** `ALTER ROLE x WITH NOSUPERUSER …` takes rights away; a setting, or its `RESET`, is like any other statement. */
function setsAttributes({ text }: StatementEntry): boolean {
  const words = text
    .subarray(0, longestName)
    .toString('latin1')
    .replace(/"(?:[^"]|"")*"/g, 'x')
  return !/^\s*ALTER\s+(?:ROLE|USER)\s+\S+\s+(?:IN\s+DATABASE\s+\S+\s+)?(?:SET|RESET)\b/i.test(words)
}

/** Names are shorter, even in four bytes a letter and with every letter a quote. */
const longestName = 1_024
