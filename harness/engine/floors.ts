/** What a crafted dump reaches: the clients that read it, the server that runs it. */
export type Program = 'psql' | 'pg_restore' | 'pg_dump' | 'server'

/** A hole that a dump, or a server, of somebody else's can use. */
export interface Advisory {
  readonly cve: string
  readonly programs: readonly Program[]
  /** What it lets happen, in a few words. */
  readonly what: string
  /** By major, the first minor without it. An older major than all of these never gets it mended. */
  readonly fixedIn: Readonly<Record<number, number>>
  /** The first major that has it; all of them unless given. */
  readonly since?: number
}

/** A version, as `--version` or `SHOW server_version` says it. */
export interface ProgramVersion {
  readonly major: number
  readonly minor: number
  /** As it was said, up to the first space: `17.12`, `18beta1`. */
  readonly text: string
}

/** When the table below was last held against the published records. New minors come out every quarter. */
export const floorsAsOf = '2026-11-22'

/** Past this the next quarter's releases are out, and the table likely lacks some of theirs. */
const staleAfterDays = 100
const dayMs = 86_400_000

/** From the CVE records and the release notes of PostgreSQL, as of {@link floorsAsOf}. */
export const advisories: readonly Advisory[] = [
  {
    cve: 'CVE-2026-116314',
    programs: ['pg_restore'],
    what: 'a crafted archive runs code as the user that runs pg_restore',
    fixedIn: { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 },
  },
  {
    cve: 'CVE-2026-18408',
    programs: ['psql'],
    what: 'a crafted plain dump runs shell commands in spite of \\restrict',
    fixedIn: { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 },
  },
  {
    cve: 'CVE-2025-8714',
    programs: ['psql', 'pg_restore', 'pg_dump'],
    what: 'a hostile source server puts psql meta-commands into a plain dump',
    fixedIn: { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 },
  },
  {
    cve: 'CVE-2026-6477',
    programs: ['pg_dump', 'psql'],
    what: 'a hostile source server overwrites the stack of the client that reads its large objects',
    fixedIn: { 14: 23, 15: 18, 16: 14, 17: 10, 18: 4 },
  },
  {
    cve: 'CVE-2026-6473',
    programs: ['server'],
    what: 'crafted values overflow allocations in the server that takes them in',
    fixedIn: { 14: 23, 15: 18, 16: 14, 17: 10, 18: 4 },
  },
  {
    cve: 'CVE-2026-16238',
    programs: ['server'],
    what: "a dump's planner statistics reach a memory error in the server",
    fixedIn: { 18: 6 },
    since: 18,
  },
  {
    cve: 'fixes of 2026-11-12',
    programs: ['server'],
    what: "the server lacks the security fixes of that day's release",
    fixedIn: { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 },
  },
]

/** The least version of a program that the table knows nothing against; null for a major that no fix came out for. */
export function floorOf(program: Program, major: number): string | null {
  const own = advisories.filter(({ programs }) => programs.includes(program))
  const minors = own.map(({ fixedIn }) => fixedIn[major]).filter((minor) => minor !== undefined)
  return minors.length === 0 || own.some((one) => isForGood(one, major)) ? null : `${major}.${Math.max(...minors)}`
}

/** What is known against a version of a program; empty where nothing is. */
export function advisoriesAgainst(program: Program, { major, minor, text }: ProgramVersion): readonly Advisory[] {
  // A beta has no minor, and is older than all of them.
  const isBeta = /^\d+[a-z]/.test(text)
  return advisories.filter((advisory) => {
    if (!advisory.programs.includes(program)) return false
    const fixed = advisory.fixedIn[major]
    return fixed === undefined ? isForGood(advisory, major) : minor < fixed || isBeta
  })
}

/** Whether a major has it and is too old to have got the fix. */
function isForGood({ fixedIn, since = 0 }: Advisory, major: number): boolean {
  return major >= since && major < Math.min(...Object.keys(fixedIn).map(Number))
}

/** `17.12 (Debian …)`, `18beta1` → its parts; null for anything else. */
export function readProgramVersion(said: string): ProgramVersion | null {
  const parts = /^(\d{1,3})(?:\.(\d{1,4}))?\S{0,36}/.exec(said)
  return parts === null ? null : { major: Number(parts[1]), minor: Number(parts[2] ?? 0), text: parts[0] }
}

/** How old the table is, in days, where that is too old to be relied on; else null. */
export function floorsTooOld(now: Date): number | null {
  const days = Math.floor((now.getTime() - Date.parse(floorsAsOf)) / dayMs)
  return days > staleAfterDays ? days : null
}
