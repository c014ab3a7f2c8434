import type { EngineDemand, EngineLack, EngineNeed } from './types.ts'

/** What a server holds, as far as can be told before it is started. Null: not known before it runs. */
export interface Holdings {
  readonly major: number | null
  /** Extensions that can be created, each with the versions it can be created in. */
  readonly extensions: ReadonlyMap<string, readonly string[]> | null
  /** As `locale -a` lists them. */
  readonly libcLocales: readonly string[] | null
  /** Libraries in `$libdir`, without their ending. */
  readonly libraries: ReadonlySet<string> | null
}

/** Extensions that bring an access method of another name. */
const bringersOf: Readonly<Record<string, readonly string[]>> = {
  hnsw: ['vector'],
  ivfflat: ['vector'],
  bm25: ['pg_search'],
  diskann: ['vectorscale'],
  columnar: ['citus_columnar', 'citus', 'columnar'],
  tde_heap: ['pg_tde'],
}

/** What a dump asks for, each once; of a need that says no more than names of extensions, those. */
export function demandsOf({ demands = [], extensions }: EngineNeed): readonly EngineDemand[] {
  const named = new Set(demands.filter(({ kind }) => kind === 'extension').map(({ name }) => name))
  const bare = extensions.filter((name) => !named.has(name))
  return [
    ...demands,
    ...bare.map((name): EngineDemand => ({ kind: 'extension', name, version: null, objects: [name], callers: [] })),
  ]
}

/** What a server that holds this lacks of what a dump asks for. `remedyFor`: where to get what is missing. */
export function lacksOf(
  demands: readonly EngineDemand[],
  holdings: Holdings,
  remedyFor: (what: string) => string,
): readonly EngineLack[] {
  const unmet = demands.filter((demand) => !isHeld(demand, holdings, demands))
  const missing = new Set(unmet.filter(({ kind }) => kind === 'extension').map(({ name }) => name))
  return unmet
    .filter((demand) => demand.kind === 'extension' || !bringersFor(demand).some((name) => missing.has(name)))
    .map((demand) => toLack(demand, unmet, holdings, remedyFor))
}

function isHeld(demand: EngineDemand, holdings: Holdings, demands: readonly EngineDemand[]): boolean {
  const { kind, name, version } = demand
  const { extensions, libraries, libcLocales } = holdings
  switch (kind) {
    case 'extension': {
      const versions = extensions?.get(name)
      return extensions === null || (versions !== undefined && (version === null || versions.includes(version)))
    }
    case 'language':
      return extensions === null || extensions.has(name)
    case 'library':
      return libraries === null || (name.startsWith(libdir) && libraries.has(name.slice(libdir.length)))
    case 'libc locale':
      return libcLocales === null || libcLocales.some((locale) => localeKey(locale) === localeKey(name))
    case 'icu locale':
      // Any server with ICU takes any name, and all of ours have it.
      return true
    case 'builtin locale':
      return holdings.major === null || holdings.major >= (name === 'PG_UNICODE_FAST' ? 18 : 17)
    case 'tablespace':
      return false
    case 'access method': {
      // Of the dump's own extensions any may bring one that we don't know: which, shows only where it runs.
      const ofDump = demands.filter((other) => other.kind === 'extension').map((other) => other.name)
      return extensions === null || [name, ...(bringersOf[name] ?? ofDump)].some((bringer) => extensions.has(bringer))
    }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(kind satisfies never)}`)
  }
}

const libdir = '$libdir/'

/** Extensions that would bring it; its own name first. */
function bringersFor({ kind, name }: EngineDemand): readonly string[] {
  if (kind === 'language') return [name]
  if (kind === 'library') return [name.slice(libdir.length).replace(/-[\d.]+$/, '')]
  return kind === 'access method' ? [name, ...(bringersOf[name] ?? [])] : []
}

function toLack(
  demand: EngineDemand,
  unmet: readonly EngineDemand[],
  { extensions }: Holdings,
  remedyFor: (what: string) => string,
): EngineLack {
  const { kind, name, version, objects } = demand
  if (kind === 'tablespace') {
    const notice = `tablespace ${name} is a folder on the source's server: what lay in it lies in the default one here`
    return { what: `tablespace ${name}`, remedy: 'nothing to do', fatal: false, isSlight: true, notice, objects }
  }
  if (kind === 'extension') {
    const brought = unmet.filter((other) => other.kind !== 'extension' && bringersFor(other).includes(name))
    const isThere = extensions?.has(name) === true
    const what = isThere ? `extension ${name} ${version}` : `extension ${name}`
    return {
      what,
      remedy: remedyFor(what),
      fatal: false,
      objects: [...new Set([...objects, ...brought.flatMap((other) => other.objects)])],
      callers: demand.callers,
    }
  }
  const what = `${kind} ${name}`
  if (objects.every((object) => object.startsWith('database '))) {
    const notice = `no ${what} here: ${objects.join(', ')} has the engine's own, and text may sort otherwise`
    return { what, remedy: remedyFor(what), fatal: false, isSlight: true, notice, objects }
  }
  return { what, remedy: remedyFor(what), fatal: false, objects }
}

/** As the C library compares names: `en_US.UTF-8` is `en_US.utf8`. */
function localeKey(name: string): string {
  const [language = '', codeset = ''] = name.split('.', 2)
  return `${language}.${codeset.toLowerCase().replace(/[^a-z0-9@]/g, '')}`
}

/** That a dump's major was replaced by a higher one. `because`: why, where it is not that there is none. */
export function higherMajor(asked: number, landed: number, remedy: string, because?: string): EngineLack {
  return {
    what: `major ${asked}`,
    remedy,
    fatal: false,
    notice: `restored into PostgreSQL ${landed}, for ${because ?? `${asked} isn't at hand`}`,
  }
}

/** The major to restore a dump into: its own, else the next higher at hand; the newest where the dump doesn't say. */
export function landingMajor(asked: number | null, atHand: readonly number[]): number | null {
  const fitting = atHand.filter((major) => asked === null || major >= asked)
  if (fitting.length === 0) return null
  return asked === null ? Math.max(...fitting) : Math.min(...fitting)
}
