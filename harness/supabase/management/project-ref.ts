import { Fault } from '../../core/index.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Variables that name the project: the CLI's own comes last, for what is written for us is meant. */
const refVariables = ['SUPABASE_PROJECT_REF', 'SUPABASE_PROJECT_ID'] as const

/**
 * The project that is meant: as typed, else from the environment. Twenty lowercase letters and nothing else, for it
 * becomes a part of an address. What was typed instead may be a key, and is not repeated. Throws `E_USAGE`.
 */
export function readProjectRef(typed: string | undefined, environment: Environment): string {
  const found = refVariables.find((name) => environment[name]?.trim())
  const [ref, from] =
    typed === undefined
      ? [found === undefined ? '' : (environment[found]?.trim() ?? ''), found ?? '']
      : [typed.trim(), '--project-ref']
  if (/^[a-z]{20}$/.test(ref)) return ref
  const hint = 'it is the word before .supabase.co in the project’s address: twenty lowercase letters'
  throw new Fault('E_USAGE', from === '' ? 'which project?' : `${from} holds no reference of a project`, {
    hint: from === '' ? `--project-ref <ref>, or SUPABASE_PROJECT_REF; ${hint}` : hint,
  })
}
