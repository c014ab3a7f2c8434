/**
 * What the Supabase CLI's own filters do to a dump, told by its marks. Without `--keep-comments` it deletes every line that
 * begins with two dashes, comment or not: within a text or a function's body too.
 */

/** One word of the CLI's damage, and its cure. */
export interface CliDamage {
  readonly object: string
  readonly message: string
  readonly remedy: string
}

export const cliRemedy =
  'dump with --keep-comments (supabase db dump --keep-comments), or with pg_dump itself; the rows need no other dump'

/** SQLSTATE: syntax_error. */
const syntaxError = '42601'

export interface CliFile {
  readonly name: string
  readonly isOfCli: boolean
  /** Definitions, with or without rows: the CLI's rows and roles pass through other filters. */
  readonly holdsDefinitions: boolean
  readonly problems: readonly { readonly code: string; readonly line: number }[]
  readonly refused: readonly { readonly code: string; readonly line: number }[]
}

/** A text that was never closed swallows what follows it: it ends the file early, or somewhere in the middle of another. */
export function diagnoseSwallowed(file: CliFile): CliDamage | null {
  const { name, isOfCli, holdsDefinitions, problems, refused } = file
  if (!isOfCli || !holdsDefinitions) return null
  const unclosed = problems.find(({ code }) => code === 'E_DUMP_TRUNCATED')
  const broken = refused.find(({ code }) => code === syntaxError)
  const line = unclosed?.line ?? broken?.line
  if (line === undefined) return null
  return {
    object: name,
    message:
      `${name}: a text is not closed as it was (line ${line}), and swallows the statements after it. Without ` +
      '--keep-comments the Supabase CLI deletes every line that begins with --, the last line of a comment too',
    remedy: cliRemedy,
  }
}

/** A function whose body lost the lines that begin with two dashes, and nothing else. */
export function hasLostComments(was: string, is: string): boolean {
  if (was === is) return false
  const without = was.split('\n').filter((line) => !line.startsWith('--'))
  return without.join('\n') === is
}

export const rolesRemedy =
  'dump the roles with pg_dumpall itself: pg_dumpall --roles-only --no-role-passwords; the CLI has no flag against it'

/**
 * A text of the roles (a setting's value) that lost one of two equal lines in a row, or lines that begin with two dashes,
 * and nothing else: the CLI's role script ends in `uniq`. First and last line have words of the statement beside them.
 */
export function hasLostRepeats(was: string, is: string): boolean {
  if (was === is) return false
  const lines = was.split('\n')
  const isInner = (at: number): boolean => at > 0 && at < lines.length - 1
  const kept = lines.map((line, at) => ({ line, at })).filter(({ line, at }) => at === 0 || !line.startsWith('--'))
  const once = kept.filter(({ line, at }, index) => {
    const before = kept[index - 1]
    return !(isInner(at) && before && isInner(before.at) && before.line === line)
  })
  return once.map(({ line }) => line).join('\n') === is
}
