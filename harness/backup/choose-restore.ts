import type { BackupFile, BackupSet, FileKind, RestoreChoice } from './types.ts'

/** What a dump really holds, as its reader found. */
export interface DumpHolds {
  readonly schema: boolean
  readonly data: boolean
  readonly roles: boolean
}

/** Kinds that a server can be fed. */
const dumpKinds: ReadonlySet<FileKind> = new Set([
  'full',
  'schema',
  'data',
  'roles',
  'changes',
  'public-schema',
  'table',
  'policies',
  'functions',
])
/* What can be restored alone or together, in the order in which it has to be. */
const order: readonly FileKind[] = [
  'roles',
  'full',
  'schema',
  'public-schema',
  'functions',
  'policies',
  'table',
  'data',
  'changes',
]

export function isDump(file: BackupFile): boolean {
  return dumpKinds.has(file.kind)
}

/**
 * What a rehearsal restores from a set: the full dump, after the roles if there are any; else roles, schema and data
 * together, and then what the user changed in the platform's schemas; else whatever dumps there are. Names lie (`supabase db dump` without options writes no rows, whatever its
 * file is called), so `holds`, by file name, overrules the kinds full, schema, data and roles once dumps were read.
 */
export function chooseRestore(
  set: Pick<BackupSet, 'files'>,
  holds: ReadonlyMap<string, DumpHolds> = new Map(),
): RestoreChoice {
  const dumps = set.files
    .filter((file) => isDump(file) && isRestorable(file))
    .map((file) => ({ file, kind: kindByContent(file, holds.get(file.name)), holds: holds.get(file.name) }))
  const best = (kind: FileKind) => dumps.filter((dump) => dump.kind === kind).sort(byFitness)[0] ?? null
  const full = best('full')
  const roles = best('roles')
  const schema = best('schema') ?? best('public-schema')
  const data = best('data')

  if (full) {
    const first = roles && !full.holds?.roles ? roles : null
    return choice(set, [first?.file, full.file], first ? 'the full dump, after the roles' : 'the full dump')
  }
  if (schema && data) {
    const changes = best('changes')
    const kinds = [roles && 'roles', 'schema', 'data', changes && 'changes'].filter(Boolean)
    const parts = [roles?.file, schema.file, data.file, changes?.file]
    return choice(set, parts, `no full dump: ${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)} together`)
  }
  const only = schema ?? data
  if (only) return choice(set, [roles?.file, only.file], `no full dump, no schema with data: only ${only.kind}`)
  const rest = dumps.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map((dump) => dump.file)
  const kinds = [...new Set(rest.map((file) => file.kind))].join(', ')
  return choice(
    set,
    rest,
    rest.length === 0 ? 'no dump to restore' : `no full dump, no schema with data: only ${kinds}`,
  )
}

/** A folder without one of its tables is still restored: what it lacks is said better by what comes out of it. */
function isRestorable({ form, parts }: BackupFile): boolean {
  const needed = form === 'directory' ? parts.filter(({ name }) => name.endsWith('toc.dat')) : parts
  return needed.every(({ present }) => present)
}

interface Candidate {
  readonly file: BackupFile
  readonly kind: FileKind
}

/** The one whose name says so too, then the larger, then the first by name. */
function byFitness(a: Candidate, b: Candidate): number {
  return Number(b.file.kind === b.kind) - Number(a.file.kind === a.kind) || b.file.bytes - a.file.bytes
}

function kindByContent(file: BackupFile, holds: DumpHolds | undefined): FileKind {
  const whole = file.kind === 'full' || file.kind === 'schema' || file.kind === 'data' || file.kind === 'roles'
  if (!holds || !whole) return file.kind
  if (holds.schema && holds.data) return 'full'
  if (holds.schema) return 'schema'
  if (holds.data) return 'data'
  return holds.roles ? 'roles' : file.kind
}

function choice(
  set: Pick<BackupSet, 'files'>,
  chosen: readonly (BackupFile | null | undefined)[],
  why: string,
): RestoreChoice {
  const files = chosen.filter((file) => file !== null && file !== undefined)
  return { files, others: set.files.filter((file) => !files.includes(file)), why }
}
