import { lstat } from 'node:fs/promises'
import { basename, relative, resolve, sep } from 'node:path'
import { Fault, scrub, scrubLine, type Clock } from '../../core/index.ts'
import type { Survey, SurveyedSet } from '../keep/index.ts'
import { backupLogSchema, type BackupLog, type LogEntry } from './log-schema.ts'

/** What a log is brought up to date with. */
export interface LogSources {
  /** Of one place. */
  readonly survey: Survey
  /** The project's folder: locations within it are written as they are seen from there. */
  readonly root: string
  /** By digest, entries of other places: {@link findElsewhere}. */
  readonly elsewhere: ReadonlySet<string>
}

/** Entries that lie in another place than the surveyed one, and are there still or can't be looked at from here. */
export async function findElsewhere(log: BackupLog, survey: Survey, root: string): Promise<ReadonlySet<string>> {
  const surveyed = placeOf(survey.folder, root)
  const found = new Set<string>()
  for (const { digest, location } of log.entries) {
    if (location === null || isWithin(location, surveyed)) continue
    if (isAddress(location) || (await isThere(resolve(root, location)))) found.add(digest)
  }
  return found
}

function isWithin(location: string, place: string): boolean {
  if (place === '.') return !isAddress(location) && !location.startsWith('..') && !location.startsWith('/')
  return location === place || location.startsWith(place.endsWith('/') ? place : `${place}/`)
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(location)
}

/** A log of a project that has none yet. */
export function emptyLog(project: string): BackupLog {
  return { kind: 'backup-log', version: 1, project: scrubLine(project), written: null, entries: [] }
}

/**
 * The log with what is known now: an entry for each set that is there, by what {@link identifySet} says, so that a set
 * that was changed is another one, without the sign-offs of the old. Entries of sets that are gone stay and say so; those
 * that lie `elsewhere` stay as they are. Notes and sign-offs are people's, and stay. No text gets in that was not scrubbed of credentials.
 */
export function updateLog(log: BackupLog, { survey, root, elsewhere }: LogSources, clock: Clock): BackupLog {
  const known = new Map(log.entries.map((entry) => [entry.digest, entry]))
  const found = survey.sets.map((one) => entryOf(one, known.get(one.digest), root))
  const here = new Set(found.map(({ digest }) => digest))
  const gone = log.entries
    .filter(({ digest }) => !here.has(digest))
    .map((entry) =>
      elsewhere.has(entry.digest)
        ? entry
        : { ...entry, location: null, goneSince: entry.goneSince ?? clock.now().toISOString() },
    )
  const entries = [...found, ...gone].toSorted((a, b) => compareTimes(b, a))
  return backupLogSchema.parse({ ...log, entries: entries.map(scrubEntry) })
}

function entryOf(one: SurveyedSet, before: LogEntry | undefined, root: string): LogEntry {
  const { set, rehearsals } = one
  const { manifest } = set
  const bytes = manifest?.source?.databaseBytes
  return {
    digest: one.digest,
    /* A loose dump's set has its folder's name. */
    id: manifest?.id ?? one.name,
    name: manifest?.name ?? one.name,
    createdAt: one.createdAt?.toISOString() ?? null,
    label: one.label,
    description: manifest?.description ?? null,
    purpose: manifest?.purpose ?? null,
    createdBy: manifest?.createdBy ?? null,
    verifiedBy: manifest?.verifiedBy ?? null,
    retention: manifest?.retention ?? null,
    location: placeOf(set.root, root),
    goneSince: null,
    bytes: one.bytes,
    files: set.files.length,
    problem: one.problem,
    databaseBytes: bytes === undefined ? (rehearsals.at(-1)?.databaseBytes ?? null) : Number(bytes),
    tables: manifest?.source?.tables ?? null,
    rows: set.files.find(({ kind }) => kind === 'full')?.rows ?? null,
    rehearsals: rehearsals.map(({ id, finishedAt, answer, reason, engine, set: { location }, tables, rows }) => {
      return { id, finishedAt, answer, reason, engine, location: placeOf(location, root), tables, rows }
    }),
    notes: before?.notes ?? '',
    signOffs: before?.signOffs ?? [],
  }
}

/** Within the project as it is seen from there: the log goes to people whose folders are others. */
function placeOf(path: string, root: string): string {
  if (isAddress(path)) return path
  const inside = relative(root, path)
  return inside === '' ? '.' : inside.startsWith('..') ? path : inside.split(sep).join('/')
}

function scrubEntry(entry: LogEntry): LogEntry {
  const line = (text: string | null) => (text === null ? null : scrubLine(text, 2_000))
  const must = (text: string) => scrubLine(text, 2_000)
  return {
    ...entry,
    id: must(entry.id),
    name: must(entry.name),
    label: line(entry.label),
    description: line(entry.description),
    purpose: line(entry.purpose),
    createdBy: line(entry.createdBy),
    verifiedBy: line(entry.verifiedBy),
    retention: line(entry.retention),
    location: line(entry.location),
    problem: line(entry.problem),
    rehearsals: entry.rehearsals.map((one) => ({ ...one, reason: must(one.reason), location: must(one.location) })),
    notes: scrub(entry.notes),
    signOffs: entry.signOffs.map(({ role, name, at }) => ({
      role: scrubLine(role, 200),
      name: scrubLine(name, 200),
      at,
    })),
  }
}

/**
 * The log with one more sign-off, of one set: by its name, id or digest, or the name of its folder, as a status has it. A role signs once a set; signing again
 * replaces it. Throws `E_USAGE` when that is not one set.
 */
export function signLog(log: BackupLog, which: string, by: { role: string; name: string }, clock: Clock): BackupLog {
  const [role, name] = [by.role, by.name].map((text) => scrubLine(text, 200))
  if (!role || !name)
    throw new Fault('E_USAGE', 'a sign-off has a role and a name', { hint: '--role "Verified by" --name "…"' })
  const meant = log.entries.filter(({ name, id, digest, location }) =>
    [name, id, digest, location === null ? null : basename(location)].includes(which),
  )
  const [only] = meant
  if (!only || meant.length > 1) {
    throw new Fault(
      'E_USAGE',
      `${meant.length === 0 ? 'no set' : `${meant.length} sets`} of the log can be meant by "${scrubLine(which, 100)}"`,
      {
        hint: `name one: ${log.entries
          .slice(0, 5)
          .map(({ name, id }) => `${name} (${id})`)
          .join(', ')}`,
      },
    )
  }
  const signOffs = [
    ...only.signOffs.filter((other) => other.role !== role),
    { role, name, at: clock.now().toISOString() },
  ]
  return { ...log, entries: log.entries.map((entry) => (entry === only ? { ...entry, signOffs } : entry)) }
}

function compareTimes(a: LogEntry, b: LogEntry): number {
  return Date.parse(a.createdAt ?? '1970-01-01') - Date.parse(b.createdAt ?? '1970-01-01') || (a.name < b.name ? -1 : 1)
}
