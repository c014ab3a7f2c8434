import { Fault } from '../../core/index.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the config says of the project; its address may be `env:NAME`. */
export interface NamedProject {
  readonly projectRef: string | null
  readonly url: string
}

/** Variables that name the project: the CLI's own comes last, for what is written for us is meant. */
const refVariables = ['SUPABASE_PROJECT_REF', 'SUPABASE_PROJECT_ID'] as const

/**
 * The project that is meant: as typed, else as the config says, from the environment, or from the project's address. Twenty lowercase letters and nothing else, for it
 * becomes a part of an address. What was typed instead may be a key, and is not repeated. Throws `E_USAGE`.
 */
export function readProjectRef(typed: string | undefined, environment: Environment, config: NamedProject): string {
  const [ref, from] = findRef(typed, environment, config)
  if (/^[a-z]{20}$/.test(ref)) return ref
  const hint = 'it is the word before .supabase.co in the project’s address: twenty lowercase letters'
  throw new Fault('E_USAGE', from === '' ? 'which project?' : `${from} holds no reference of a project`, {
    hint:
      from === '' ? `--project-ref <ref>, SUPABASE_PROJECT_REF, or supabase.projectRef in the config; ${hint}` : hint,
  })
}

/** Whether any project is named, by the config or the environment. */
export function namesProject(environment: Environment, config: NamedProject): boolean {
  return findRef(undefined, environment, config)[1] !== ''
}

function findRef(
  typed: string | undefined,
  environment: Environment,
  { projectRef, url }: NamedProject,
): readonly [ref: string, from: string] {
  if (typed !== undefined) return [typed.trim(), '--project-ref']
  if (projectRef !== null) return [projectRef, 'supabase.projectRef']
  for (const name of refVariables) {
    const value = environment[name]?.trim()
    if (value) return [value, name]
  }
  const variable = /^env:(\w+)$/.exec(url)?.[1]
  const address = variable === undefined ? url : (environment[variable]?.trim() ?? '')
  /* A domain of one's own says nothing. */
  const ref = /^https:\/\/([a-z]{20})\.supabase\.co(?:\/|$)/.exec(address)?.[1]
  return ref === undefined ? ['', ''] : [ref, 'supabase.url']
}
