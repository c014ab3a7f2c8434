import type { ObjectFact } from '../facts/index.ts'
import type { Grade, GradeContext } from './grade.ts'

/** Settings that change what an application is answered: which names it finds, how values are read and written, who it is. */
const seenByApplications: ReadonlySet<string> = new Set([
  'bytea_output',
  'datestyle',
  'default_text_search_config',
  'intervalstyle',
  'role',
  'row_security',
  'search_path',
  'session_replication_role',
  'standard_conforming_strings',
  'timezone',
  'xmlbinary',
  'xmloption',
])

/** Beginnings of names with a dot that watch or bound a server, or that the platform sets itself. */
const ofSurroundings =
  /^(?:app\.settings|auto_explain|cron|pg_net|pg_stat_statements|pgaudit|pgrst|pgsodium|plan_filter|supautils|timescaledb|vault)\./

/** What differs, without a value: it may be a secret. */
export interface DifferingSetting {
  readonly name: string
  readonly state: 'missing' | 'another value' | 'extra'
}

/** Settings of a database, or of a role in it, where the dump was not expected to bring them (docs/verdict-rules.md). */
export function gradeSettings(
  property: string,
  was: ObjectFact,
  is: ObjectFact,
  { baseline, carries }: Pick<GradeContext, 'baseline' | 'carries'>,
): Grade {
  const isOfCli = carries?.settings === false
  const why = isOfCli ? 'the Supabase CLI never writes them' : 'pg_dump leaves this out unless called with --create'
  const differing = differingSettings(was.properties[property] ?? null, is.properties[property] ?? null)
  const seen = differing.filter(({ name }) => isSeenByApplications(name))
  if (seen.length === 0) return { grade: 'notice', why: `${differing.map(({ name }) => name).join(', ')}; ${why}` }
  const names = seen.map(({ name }) => name).join(', ')
  const { database } = baseline.server
  const command = `ALTER ${was.kind === 'role' ? `ROLE ${was.identity} IN ` : ''}DATABASE ${database} SET …`
  return {
    grade: 'differs',
    why: `${names} of database ${database}, by which applications are answered; ${why}`,
    remedy: isOfCli
      ? `keep \`${command}\` beside the dumps, in changes.sql`
      : `keep ${command} beside the dump, or dump with pg_dump --create`,
  }
}

/** A setting by which applications are answered. */
export function isSeenByApplications(name: string): boolean {
  const lower = name.toLowerCase()
  return seenByApplications.has(lower) || (lower.includes('.') && !ofSurroundings.test(lower))
}

/** Whether a property is settings of a database, or of a role in it. */
export function holdsSettings({ kind }: ObjectFact, property: string): boolean {
  return (kind === 'database' && property === 'settings') || (kind === 'role' && property === 'settings here')
}

/** What differs of them, for a person: names alone. */
export function settingsWords(
  was: string | null,
  is: string | null,
): { readonly expected: string; readonly actual: string } {
  const differing = differingSettings(was, is)
  const list = (without: string, words: (one: DifferingSetting) => string): string =>
    differing
      .filter(({ state }) => state !== without)
      .map(words)
      .join(', ') || 'none'
  return {
    expected: list('extra', ({ name }) => name),
    actual: list('missing', ({ name, state }) => (state === 'extra' ? name : `${name} with another value`)),
  }
}

/** By name, in order. */
export function differingSettings(was: string | null, is: string | null): readonly DifferingSetting[] {
  const [before, after] = [settingsIn(was), settingsIn(is)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): DifferingSetting[] => {
    if (before.get(name) === after.get(name)) return []
    if (!before.has(name)) return [{ name, state: 'extra' }]
    return [{ name, state: after.has(name) ? 'another value' : 'missing' }]
  })
}

/** `search_path=public, private, work_mem=8MB`: a value may hold commas, and what follows one is then no `name=`. */
function settingsIn(text: string | null): ReadonlyMap<string, string> {
  const settings = text === null || text === '' ? [] : text.split(/, (?=[A-Za-z_][\w.$]*=)/)
  return new Map(
    settings.map((setting) => {
      const at = setting.indexOf('=')
      return [setting.slice(0, at), setting.slice(at + 1)]
    }),
  )
}
