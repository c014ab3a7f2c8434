import type { Refusal } from '../postgres/index.ts'

/** What of the dump asks for something that the engine lacks: by object, what is lacking. */
export type Lacking = ReadonlyMap<string, string>

interface RefusedStatement {
  readonly verb: string
  readonly object: string | null
  readonly text: string
  readonly refusal: Refusal
}

/**
 * A locale, a language, a library or an access method that is not there, as the server says it: undefined object or
 * function, invalid parameter value, undefined file, invalid definition (of an unknown provider), unsupported feature.
 */
const wantStates = new Set(['42704', '42883', '22023', '58P01', '42P17', '0A000'])

/** What the engine lacks, where a statement that asks for it is refused in the way that the lack of it is; else null. */
export function findWant({ object, refusal }: RefusedStatement, lacking: Lacking): string | null {
  return object !== null && wantStates.has(refusal.code) ? (lacking.get(object) ?? null) : null
}

const undefinedObject = '42704'
const invalidParameterValue = '22023'
/** Speaks of a tablespace, before any name or string that could hold the word. */
const onTablespace =
  /^\s*(?:(?:GRANT|REVOKE)\s[A-Z\s,]*\bON\s+|ALTER\s+|COMMENT\s+ON\s+|SECURITY\s+LABEL\s+ON\s+)TABLESPACE\b/i
const ofDatabase = /^\s*CREATE\s+DATABASE\b[^']*\bTABLESPACE\b/i

/**
 * A tablespace is a folder on the server that was dumped. Where it can't be made, what lay in it comes back all the
 * same, in the default one.
 */
export function isAboutTablespace({ verb, object, text, refusal: { code } }: RefusedStatement): boolean {
  switch (verb) {
    case 'CREATE TABLESPACE':
      return true
    case 'SET':
      return object === 'default_tablespace' && code === invalidParameterValue
    case 'CREATE DATABASE':
      return code === undefinedObject && ofDatabase.test(text)
    default:
      return code === undefinedObject && onTablespace.test(text)
  }
}
