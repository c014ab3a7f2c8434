import { classifyFiles } from './classify-files.ts'
import { folderOfDump } from './directory-part.ts'
import { innerName, isDumpName, isSealedAwayName, isUnfinishedName, kindOfName } from './name-kind.ts'
import { timeOfName } from './time-of-name.ts'
import { compareText } from './walk-set.ts'
import type { FileKind } from './types.ts'

/* Longer than one backup takes to write its files, shorter than the pause between two. */
const maxPauseMs = 6 * 3_600_000
const dayMs = 24 * 3_600_000
/* A backup has one of each of these. */
const singular: ReadonlySet<FileKind> = new Set(['full', 'schema', 'data', 'roles', 'public-schema'])

interface NamedFile {
  readonly name: string
  readonly kind: FileKind
  readonly at: number | null
  readonly dayOnly: boolean
}

/**
 * Which files lying in one folder, without a manifest, are of the same backup, by their names. Every `$(date)` of the
 * guide's commands runs when its own dump begins, so one backup's times differ: a new one begins where a kind comes
 * again, or after a pause. Files without a time are one backup, unless a kind comes twice: then each is its own; roles
 * without a time are of the only backup that has none. A dump in directory format goes by its folder's name, and stands
 * among the names as its `toc.dat`.
 */
export function groupFiles(names: readonly string[]): readonly (readonly string[])[] {
  const kinds = classifyFiles(names)
  const files = names.map((name): NamedFile => {
    const time = timeOfName(name)
    const kind = kinds.get(innerName(name)) ?? kindOfName(innerName(name))
    return { name, kind, at: time?.at.getTime() ?? null, dayOnly: time?.dayOnly ?? false }
  })
  /* An encrypted copy beside its dump is a sidecar of it. */
  const isLocked = (name: string) => isSealedAwayName(name) && !names.includes(innerName(name))
  const isDump = (name: string) => isDumpName(name) || folderOfDump(name) !== null
  const dumps = files.filter(({ name }) => isDump(name) || isUnfinishedName(name) || isLocked(name))
  const dated = groupDated(dumps.filter(({ at }) => at !== null))
  const undated = groupUndated(dumps.filter(({ at }) => at === null))
  const groups = joinRoles(dated, undated).filter((group) => group.some(({ name }) => !isUnfinishedName(name)))
  const rest = files.filter((file) => !dumps.includes(file))
  if (groups.length === 1) return [names.filter((name) => !isStray(name, groups[0] ?? [], dumps))]
  return groups.map((group) => [...group, ...rest.filter((file) => belongs(file, group))].map(({ name }) => name))
}

function groupDated(files: readonly NamedFile[]): NamedFile[][] {
  const groups: NamedFile[][] = []
  const sorted = files.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0) || compareText(a.name, b.name))
  for (const file of sorted) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const pause = last?.at == null || file.at === null ? Number.POSITIVE_INFINITY : file.at - last.at
    const isNew = pause > (file.dayOnly ? dayMs - 1 : maxPauseMs) || group?.some((other) => isTwin(file, other))
    if (group && !isNew) group.push(file)
    else groups.push([file])
  }
  return groups
}

function groupUndated(files: readonly NamedFile[]): NamedFile[][] {
  const whole = files.filter(({ name }) => !isUnfinishedName(name))
  const hasTwins = whole.some((file, index) => whole.slice(0, index).some((other) => isTwin(file, other)))
  return hasTwins ? files.map((file) => [file]) : files.length > 0 ? [[...files]] : []
}

/** `pg_dumpall --roles-only > roles.sql` beside the one dump whose name says when it was taken. */
function joinRoles(dated: NamedFile[][], undated: NamedFile[][]): NamedFile[][] {
  const [dump, roles] = [dated[0], undated[0]]
  const isOne = dated.length === 1 && undated.length === 1 && roles?.every(({ kind }) => kind === 'roles')
  if (!isOne || !dump || !roles || dump.some(({ kind }) => kind === 'roles')) return [...dated, ...undated]
  return [[...dump, ...roles]]
}

function isTwin(a: NamedFile, b: NamedFile): boolean {
  return a.kind === b.kind && singular.has(a.kind)
}

/** Of a group that was not chosen as one, e.g. a download that is still going on. */
function isStray(name: string, group: readonly NamedFile[], dumps: readonly NamedFile[]): boolean {
  return dumps.some((file) => file.name === name) && !group.some((file) => file.name === name)
}

/** A sidecar goes with its file, a listing or a log with the backup of its time. */
function belongs(file: NamedFile, group: readonly NamedFile[]): boolean {
  if (group.some(({ name }) => file.name.startsWith(`${folderOfDump(name) ?? name}.`))) return true
  return file.at !== null && group.some(({ at }) => at !== null && Math.abs(at - (file.at ?? 0)) < maxPauseMs)
}
