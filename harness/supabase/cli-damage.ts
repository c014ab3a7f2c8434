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
  readonly problems: readonly { readonly code: string; readonly line: number }[]
  readonly refused: readonly { readonly code: string; readonly line: number }[]
}

/** A text that was never closed swallows what follows it: it ends the file early, or somewhere in the middle of another. */
export function diagnoseSwallowed({ name, isOfCli, problems, refused }: CliFile): CliDamage | null {
  if (!isOfCli) return null
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
