/** A client's version, as `--version` says it. */
export interface ClientVersion {
  readonly major: number
  readonly minor: number
  /** As it was said, up to the first space: `17.12`, `18beta1`. */
  readonly text: string
}

/**
 * The first minor of each major in which pg_restore does not run code that an archive brings along (CVE-2026-116314) and
 * psql holds `\restrict` (CVE-2026-18408). Majors above the table were released after both; those below it get no fixes.
 * From the two CVE records, as of 2026-11-22.
 */
const floors: Readonly<Record<number, number>> = { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 }
const newestMajorWithFloor = 18

/** The least version that may be run on a dump; null where every minor of that major may, or none. */
export function floorOf(major: number): string | null {
  const minor = floors[major]
  return minor === undefined ? null : `${major}.${minor}`
}

/** Whether a client of that version can be made to run code by a crafted dump. */
export function isVulnerable({ major, minor, text }: ClientVersion): boolean {
  const floor = floors[major]
  if (floor === undefined) return major <= newestMajorWithFloor
  // A beta has no minor, and is older than all of them.
  return minor < floor || /^\d+[a-z]/.test(text)
}

/** `psql (PostgreSQL) 17.12 (Debian …)` → 17.12; null for anything else. */
export function readVersion(output: string): ClientVersion | null {
  const text = /^(?:psql|pg_restore) \(PostgreSQL\) (\S{1,40})/.exec(output)?.[1]
  const parts = text === undefined ? null : /^(\d{1,3})(?:\.(\d{1,4}))?/.exec(text)
  if (text === undefined || parts === null) return null
  return { major: Number(parts[1]), minor: Number(parts[2] ?? 0), text }
}
