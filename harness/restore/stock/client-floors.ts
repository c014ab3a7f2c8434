import {
  advisoriesAgainst,
  floorOf as floorOfProgram,
  readProgramVersion,
  type ProgramVersion,
} from '../../engine/index.ts'

/** A client's version, as `--version` says it. */
export type ClientVersion = ProgramVersion

/** The least version of both programs that may be run on a dump; null where every minor of that major may, or none. */
export function floorOf(major: number): string | null {
  const floors = (['psql', 'pg_restore'] as const).map((program) => floorOfProgram(program, major))
  const minors = floors.flatMap((floor) => (floor === null ? [] : [Number(floor.split('.')[1])]))
  return minors.length < floors.length ? null : `${major}.${Math.max(...minors)}`
}

/** What a crafted dump can make clients of that version do, by CVE. */
export function knownAgainst(version: ClientVersion): readonly string[] {
  const known = (['pg_restore', 'psql'] as const).flatMap((program) => advisoriesAgainst(program, version))
  return [...new Set(known.map(({ cve }) => cve))]
}

/** Whether a client of that version can be made to run code by a crafted dump. */
export function isVulnerable(version: ClientVersion): boolean {
  return knownAgainst(version).length > 0
}

/** `psql (PostgreSQL) 17.12 (Debian …)` → 17.12; null for anything else. */
export function readVersion(output: string): ClientVersion | null {
  const said = /^(?:psql|pg_restore) \(PostgreSQL\) (\S{1,40})/.exec(output)?.[1]
  return said === undefined ? null : readProgramVersion(said)
}
