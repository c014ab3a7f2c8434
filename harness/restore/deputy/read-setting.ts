import { identifierOf, isWord, type Token } from '../../dump/index.ts'

/** To be let set a parameter of the session. */
export interface LetSet {
  readonly kind: 'let set'
  readonly parameter: string
}

/** Settings of a session that a superuser alone may make, and that give no power over anything outside of it. */
const harmlessSettings: ReadonlySet<string> = new Set([
  'deadlock_timeout',
  'lo_compat_privileges',
  'log_duration',
  'log_error_verbosity',
  'log_min_duration_statement',
  'log_min_error_statement',
  'log_min_messages',
  'log_statement',
  'session_replication_role',
  'track_activities',
  'track_functions',
  'track_io_timing',
])

/**
 * Names of somebody's own, which no code of the server's reads: nobody but a superuser may keep one for sessions to come.
 * Not among them: beginnings that a library may have which is there to be loaded.
 */
const ofOnesOwn = /^(?!pl|pg|auto_|auth_|basic_archive|sepgsql|supautils|session_)[a-z_][\w$]*\.[\w$.]+$/i

/** `ALTER ROLE a [IN DATABASE b] SET parameter …`: the statement itself is run by the restoring role. */
export function readKeptSetting(tokens: readonly Token[]): LetSet | null {
  const at = tokens.findIndex((token) => isWord(token, 'SET'))
  const parameter = at > 0 ? identifierOf(tokens[at + 1]) : null
  if (parameter === null || !(harmlessSettings.has(parameter) || ofOnesOwn.test(parameter))) return null
  return { kind: 'let set', parameter }
}

export function readSetting(tokens: readonly Token[]): LetSet | null {
  const at = isWord(tokens[1], 'SESSION') ? 2 : 1
  const parameter = identifierOf(tokens[at])
  if (parameter === null || !harmlessSettings.has(parameter) || tokens.length !== at + 3) return null
  return { kind: 'let set', parameter }
}
