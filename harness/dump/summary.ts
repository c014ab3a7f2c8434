import { classify } from './classify.ts'
import { DemandDraft } from './demands.ts'
import { readInsertHead } from './insert-rows-head.ts'
import { rolesMentionedIn, schemasCalledIn, schemasMentionedIn } from './mentions.ts'
import { RoleDraft } from './role-draft.ts'
import { nameAt, tokensOf } from './tokens.ts'
import type {
  BareTable,
  DumpEntry,
  DumpProblem,
  DumpSummary,
  DumpTable,
  QualifiedName,
  StatementEntry,
} from './types.ts'

/** Of a longer statement only this much is read for names: bodies and comments that long name nothing new. */
const readBytes = 1024 ** 2

/** Statements that set up the session and make nothing. */
const sessionVerbs = /^(?:SET|RESET|BEGIN|COMMIT|SELECT set_config|SET SESSION AUTHORIZATION|SET ROLE)$/

/** Cluster-wide objects, which alone are no schema. */
const clusterVerbs = /^CREATE (?:ROLE|USER|GROUP|DATABASE|TABLESPACE)$/

/** Objects that live in a schema, or on a relation that does. */
const schemaVerbs =
  /^CREATE (?:FOREIGN )?(?:TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE|INDEX|FUNCTION|PROCEDURE|AGGREGATE|TRIGGER|RULE|POLICY|TYPE|DOMAIN|OPERATOR.*|COLLATION|CONVERSION|TEXT SEARCH .*|STATISTICS)$|^ALTER TABLE (?:ADD|ATTACH|ENABLE|FORCE)/

type Draft = {
  schema: string
  name: string
  rows: number
  bytes: number
  defined: boolean
  hasData: boolean
  columns: readonly string[]
}

/** Gathers from the entries of one reading what a dump holds. */
export class SummaryDraft {
  readonly databases: string[] = []
  readonly problems: DumpProblem[] = []
  completeness: DumpSummary['completeness'] = 'truncated'
  #definesObjects = false
  readonly #schemas = new Set<string>()
  readonly #schemasCreated = new Set<string>()
  readonly #schemasMentioned = new Set<string>()
  readonly #schemasCalled = new Set<string>()
  readonly #extensions = new Set<string>()
  readonly #demands = new DemandDraft()
  readonly #rolesCreated = new Set<string>()
  readonly #rolesMentioned = new Set<string>()
  readonly #roles = new RoleDraft()
  readonly #tables = new Map<string, Draft>()
  readonly #sequences = new Map<string, QualifiedName>()
  readonly #publications = new Set<string>()
  readonly #entries = new Map<string, number>()
  #lastLabel: StatementEntry['label'] = null
  #lastData: Draft | null = null

  async add(entry: DumpEntry): Promise<void> {
    switch (entry.kind) {
      case 'statement':
        this.#statement(entry)
        break
      case 'insert': {
        const table = this.#data(entry.table)
        if (!table.defined && table.columns.length === 0) table.columns = columnsOfInsert(entry.text)
        table.rows += entry.rows
        table.bytes += entry.text.length
        break
      }
      case 'copy': {
        await entry.skip()
        const { rows, bytes } = entry.counted()
        const table = this.#data(entry.table)
        if (!table.defined) table.columns = entry.columns
        table.rows += rows
        table.bytes += bytes
        break
      }
      case 'connect':
        if (!this.databases.includes(entry.database)) this.databases.push(entry.database)
        break
      case 'problem':
        this.problems.push(entry)
        break
      case 'end':
        this.completeness = entry.completeness
        break
      default:
        throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
    }
  }

  finish() {
    const drafts = [...this.#tables.values()].sort(byName)
    const tables = drafts.map(({ schema, name, rows, bytes, defined, hasData }): DumpTable => ({
      schema,
      name,
      rows,
      bytes,
      defined,
      hasData,
    }))
    const bareTables = drafts
      .filter(({ defined, hasData }) => hasData && !defined)
      .map(({ schema, name, columns }): BareTable => ({ schema, name, columns }))
    return {
      holds: {
        schema: this.#definesObjects,
        data: tables.some((table) => table.rows > 0),
        roles: this.#rolesCreated.size > 0,
      },
      schemas: sorted(this.#schemas),
      schemasCreated: sorted(this.#schemasCreated),
      schemasMentioned: sorted(this.#schemasMentioned),
      schemasCalled: sorted(this.#schemasCalled),
      tables,
      bareTables,
      sequencesSet: [...this.#sequences.values()].sort(byName),
      publicationsCreated: sorted(this.#publications),
      entries: Object.fromEntries([...this.#entries].sort(([left], [right]) => compare(left, right))),
      extensions: sorted(this.#extensions),
      demands: this.#demands.finish(),
      rolesCreated: sorted(this.#rolesCreated),
      rolesMentioned: sorted(this.#rolesMentioned),
      superusers: this.#roles.superusers,
      grantors: this.#roles.grantors,
    }
  }

  #statement(entry: StatementEntry): void {
    const { verb, label } = entry
    if (!sessionVerbs.test(verb)) {
      this.#lastData = null
      if (label === null) this.#count(verb)
      else if (label !== this.#lastLabel) this.#count(label.type)
      this.#lastLabel = label
    }
    if (label !== null && label.owner !== null) this.#rolesMentioned.add(label.owner)
    const tokens = tokensOf(entry.text.toString('utf8', 0, Math.min(entry.text.length, readBytes))).toArray()
    for (const role of rolesMentionedIn(verb, tokens)) this.#rolesMentioned.add(role)
    for (const schema of schemasCalledIn(verb, tokens)) this.#schemasCalled.add(schema)
    this.#demands.add(verb, entry.object, tokens)
    this.#roles.add(verb, tokens)
    if (sessionVerbs.test(verb)) return
    const { parts } = classify(tokens)
    const name = parts?.at(-1)
    if (verb.startsWith('CREATE ') && !clusterVerbs.test(verb)) this.#definesObjects = true
    if (verb === 'CREATE ROLE' && name !== undefined) this.#rolesCreated.add(name)
    if (verb === 'CREATE SCHEMA' && name !== undefined) this.#schemasCreated.add(name)
    if (verb === 'CREATE PUBLICATION' && name !== undefined) this.#publications.add(name)
    if (verb === 'SELECT setval' && parts !== null && parts.length === 2) this.#sequence(parts)
    if (verb === 'CREATE EXTENSION' && name !== undefined) this.#extensions.add(name)
    if (schemaVerbs.test(verb) && parts !== null && parts.length > 1) this.#schemas.add(parts[0] ?? '')
    if ((verb === 'CREATE TABLE' || verb === 'CREATE FOREIGN TABLE') && parts !== null && name !== undefined) {
      this.#table({ schema: parts.length > 1 ? (parts.at(-2) ?? 'public') : 'public', name }).defined = true
    }
    // In SELECT setval('public.x') and the like the names are in strings, and of objects defined elsewhere.
    if (!verb.startsWith('SELECT')) {
      for (const schema of schemasMentionedIn(tokens)) this.#schemasMentioned.add(schema)
    }
  }

  #data(name: QualifiedName): Draft {
    const last = this.#lastData
    if (last !== null && last.name === name.name && last.schema === name.schema) return last
    const table = this.#table(name)
    if (table !== this.#lastData) this.#count('TABLE DATA')
    this.#lastData = table
    table.hasData = true
    this.#schemas.add(name.schema)
    return table
  }

  #table({ schema, name }: QualifiedName): Draft {
    const key = JSON.stringify([schema, name])
    const known = this.#tables.get(key)
    if (known) return known
    const table: Draft = { schema, name, rows: 0, bytes: 0, defined: false, hasData: false, columns: [] }
    this.#tables.set(key, table)
    return table
  }

  #sequence([schema = '', name = '']: readonly string[]): void {
    this.#sequences.set(JSON.stringify([schema, name]), { schema, name })
  }

  #count(kind: string): void {
    this.#entries.set(kind, (this.#entries.get(kind) ?? 0) + 1)
  }
}

/** Of a table that the dump does not define, its rows alone say what columns it has. */
function columnsOfInsert(text: Buffer): readonly string[] {
  const columns = readInsertHead(text)?.columns ?? []
  return columns.flatMap((column) => {
    const tokens = tokensOf(Buffer.from(column, 'latin1').toString('utf8')).toArray()
    return nameAt(tokens, 0)?.parts ?? []
  })
}

function byName(left: QualifiedName, right: QualifiedName): number {
  return compare(left.schema, right.schema) || compare(left.name, right.name)
}

function sorted(names: ReadonlySet<string>): readonly string[] {
  return [...names].sort(compare)
}

/** By code unit, the same on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
