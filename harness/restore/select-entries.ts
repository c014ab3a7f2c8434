import { Fault } from '../core/index.ts'
import type { QualifiedName } from '../dump/index.ts'
import { describeEntry, keyOf, type Described, type Selectable } from './selection/describe-entry.ts'
import { findAsked } from './selection/find-asked.ts'
import { reachOf, type Reach } from './selection/reach.ts'

/** What is to be restored of the dumps. */
export interface SelectionRequest {
  readonly only: 'schema' | 'data' | null
  /** As typed: `public.users`, `users`, `"My schema"."T"`. Both lists empty: everything. */
  readonly tables: readonly string[]
  readonly schemas: readonly string[]
  /** The database that is restored into: what a dump says of another, or of making it, is left out. */
  readonly database: string
  /** Roles that the server has already: they keep their rights and their passwords. */
  readonly roles: ReadonlySet<string>
}

/** Entries that are not restored, counted. */
export interface LeftOut {
  readonly verb: string
  readonly reason: string
  readonly count: number
}

/** The choice among a dump's entries. */
export interface Selection {
  /** Settings of the session are always wanted. */
  wants(entry: Selectable): boolean
  /** Statements and blocks of rows that will run. */
  readonly wanted: number
  /** Most first. */
  readonly leftOut: readonly LeftOut[]
  /** Tables that rows go into. */
  readonly filled: readonly QualifiedName[]
  /** Databases that the dumps hold something of, by `\connect`; empty where none is named. */
  readonly databases: readonly string[]
}

/**
 * Chooses among the entries of dumps, all of them in the order in which they are restored. With tables or schemas named,
 * what they can't be made without comes along (their schema, types, functions, sequences, extensions, roles), and what
 * hangs on them and needs another table stays away. Throws `E_SELECTION_EMPTY` for a name that nothing has.
 */
export async function selectEntries(
  entries: AsyncIterable<Selectable> | Iterable<Selectable>,
  request: SelectionRequest,
): Promise<Selection> {
  const described: Described[] = []
  const databases = new Set<string>()
  let database: string | null = null
  for await (const entry of entries) {
    if (entry.kind === 'connect') database = entry.database
    const one = describeEntry(entry)
    described.push(one)
    if (database !== null && isOfDatabase(one)) databases.add(database)
  }
  const choice = new Choice(described, request)
  const leftOut = new Map<string, LeftOut>()
  let wanted = 0
  for (const one of described) {
    const reason = choice.reasonAgainst(one)
    const verb = one.verb
    if (reason !== null) {
      leftOut.set(`${verb}\0${reason}`, { verb, reason, count: (leftOut.get(`${verb}\0${reason}`)?.count ?? 0) + 1 })
    } else if (one.section !== 'session') wanted += 1
  }
  return {
    wants: (entry) => choice.reasonAgainst(describeEntry(entry)) === null,
    wanted,
    leftOut: [...leftOut.values()].sort((a, b) => b.count - a.count || (a.verb < b.verb ? -1 : 1)),
    filled: filledBy(described.filter((one) => choice.reasonAgainst(one) === null)),
    databases: [...databases],
  }
}

/** Not of the server, and no setting. */
function isOfDatabase({ section, subject: { kind } }: Described): boolean {
  return section !== 'session' && kind !== 'role' && kind !== 'database' && kind !== 'tablespace'
}

function filledBy(entries: readonly Described[]): readonly QualifiedName[] {
  const filled = new Map<string, QualifiedName>()
  for (const { verb, subject } of entries) {
    if ((verb !== 'COPY' && verb !== 'INSERT') || subject.kind !== 'relation') continue
    filled.set(keyOf(subject), { schema: subject.schema, name: subject.name })
  }
  return [...filled.values()]
}

const notAsked = 'not of what was asked for'

/** Says of each entry why it is not restored. */
class Choice {
  readonly #request: SelectionRequest
  /** Null where everything was asked for. */
  readonly #reach: Reach | null
  /** Relations that the dumps define: what needs one of them that is not restored stays away. */
  readonly #defined: ReadonlySet<string>
  /** What stayed away for that, so that its comment does too. */
  readonly #away = new Map<string, string>()

  constructor(entries: readonly Described[], request: SelectionRequest) {
    this.#request = request
    const asked = request.tables.length + request.schemas.length > 0 ? findAsked(entries, request) : null
    this.#reach = asked && reachOf(entries, asked)
    this.#defined = new Set(
      entries.flatMap(({ verb, subject }) =>
        subject.kind === 'relation' && definesRows.test(verb) ? [keyOf(subject)] : [],
      ),
    )
    for (const entry of entries) {
      const reason = this.#lacking(entry)
      if (reason !== null && entry.object !== null) this.#away.set(entry.object, reason)
    }
  }

  /** Null for what is restored. */
  reasonAgainst(entry: Described): string | null {
    const { section, subject } = entry
    if (section === 'session') return null
    const { only } = this.#request
    if (only === 'schema' && section === 'data') return 'rows: only definitions were asked for'
    if (only === 'data' && section === 'definition') return 'definitions: only rows were asked for'
    return this.#ofServer(entry) ?? (subject.kind === 'session' ? null : this.#outOfReach(entry))
  }

  /** A server that is not ours is changed as little as can be. */
  #ofServer({ verb, subject, words }: Described): string | null {
    const { database, roles } = this.#request
    if (subject.kind === 'tablespace') return 'a tablespace is a folder on the server'
    if (subject.kind === 'database') {
      if (verb === 'CREATE DATABASE' || verb === 'DROP DATABASE') return 'the database is there, and stays'
      return subject.name === database ? null : `about database ${subject.name}, and this is ${database}`
    }
    if (subject.kind !== 'role') return null
    if (verb === 'DROP ROLE') return 'no role of the server is dropped'
    if (verb === 'CREATE ROLE' && roles.has(subject.name)) return 'the server has that role'
    const setsOnly = verb === 'ALTER ROLE SET' || words.has('reset')
    return verb === 'ALTER ROLE' && !setsOnly && roles.has(subject.name)
      ? 'a role that the server had keeps its rights and its password'
      : null
  }

  #outOfReach(entry: Described): string | null {
    const reach = this.#reach
    if (reach === null) return null
    const { subject, section } = entry
    switch (subject.kind) {
      case 'relation':
      case 'index':
      case 'member': {
        const named = keyOf(subject)
        const key = subject.kind === 'relation' ? named : (reach.ownerOf.get(named) ?? named)
        if (reach.relations.has(named) || reach.relations.has(key) || reach.schemas.has(subject.schema))
          return this.#lacking(entry) ?? (entry.object === null ? null : (this.#away.get(entry.object) ?? null))
        const isSequence = section === 'data' && !this.#defined.has(named)
        return reach.needed.has(key) && (section === 'definition' || isSequence) ? null : notAsked
      }
      case 'schema':
        if (entry.verb === 'ALTER DEFAULT PRIVILEGES') return reach.schemas.has(subject.name) ? null : notAsked
        return reach.neededSchemas.has(subject.name) ? null : notAsked
      case 'extension':
        return reach.extensions.has(subject.name) ? null : notAsked
      case 'role':
        return reach.words.has(subject.name) ? null : notAsked
      case 'session':
      case 'database':
      case 'tablespace':
      case 'large object':
      case 'other':
        return notAsked
      default:
        throw new TypeError(`unhandled ${JSON.stringify(subject satisfies never)}`)
    }
  }

  /** What hangs on a relation and names another one that is not restored. */
  #lacking({ verb, subject, names }: Described): string | null {
    const reach = this.#reach
    if (reach === null || subject.kind !== 'relation' || !hangsOn.test(verb)) return null
    for (const name of names) {
      const isThere =
        reach.relations.has(name) || reach.needed.has(name) || reach.schemas.has(name.split('\0')[0] ?? '')
      if (!isThere && this.#defined.has(name)) return `needs ${name.replace('\0', '.')}, which is not restored`
    }
    return null
  }
}

const definesRows = /^CREATE (?:TABLE|FOREIGN TABLE|VIEW|MATERIALIZED VIEW)$/
const hangsOn = /^(?:ALTER TABLE (?:ADD CONSTRAINT|ATTACH PARTITION|INHERIT)|CREATE (?:POLICY|TRIGGER|RULE)|COMMENT ON)/

/** For `--database`, which there is not: a restore goes into one database. */
export function requireOneDatabase({ databases }: Selection): void {
  if (databases.length <= 1) return
  throw new Fault('E_SEVERAL_DATABASES', `the dump holds ${databases.length} databases: ${databases.join(', ')}`, {
    hint: 'a restore goes into one database: dump each with pg_dump, or rehearse this dump with `rehearse run`',
  })
}
