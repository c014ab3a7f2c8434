import type { ObjectFact } from '../../facts/index.ts'
import { PropertyReader } from './property-reader.ts'
import { statement, type DdlRenderer, type DdlSubject } from './types.ts'

const table: DdlRenderer = (subject) => {
  const { name, properties, parts } = subject
  const kind = properties.take('persistence') === 'unlogged' ? 'UNLOGGED TABLE' : 'TABLE'
  const partition = properties.take('partition of')
  const ofType = properties.take('of type')
  const head = `CREATE ${kind} ${name}${partition === null ? '' : ` PARTITION OF ${partition}`}${ofType === null ? '' : ` OF ${ofType}`}`
  const statements = [
    statement(`${head}${body(parts)}`, [
      ...properties.clause('partition bound', '').map((bound) => bound.trim()),
      ...properties.clause('inherits', 'INHERITS').map(parenthesised),
      ...properties.clause('partitioned by', 'PARTITION BY'),
      ...properties.clause('access method', 'USING'),
      ...properties.clause('options', 'WITH').map(parenthesised),
    ]),
  ]
  if (properties.isTrue('row security')) statements.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`)
  if (properties.isTrue('row security forced')) statements.push(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`)
  const identity = properties.take('replica identity')
  if (identity !== null && identity !== 'default')
    statements.push(`ALTER TABLE ${name} REPLICA IDENTITY ${identity.toUpperCase()};`)
  return statements
}

function body(parts: readonly ObjectFact[]): string {
  const columns = parts
    .filter(({ kind }) => kind === 'column')
    .sort((a, b) => Number(a.properties['position']) - Number(b.properties['position']))
  const lines = columns.map((column) => `  ${columnDefinition(lastPart(column.identity), new PropertyReader(column))}`)
  return lines.length === 0 ? '' : ` (\n${lines.join(',\n')}\n)`
}

function lastPart(identity: string): string {
  return /(?:"(?:[^"]|"")*"|[^."]+)$/.exec(identity)?.[0] ?? identity
}

function parenthesised(clause: string): string {
  return clause.replace(/^(\S+) (.*)$/s, '$1 ($2)')
}

function columnDefinition(name: string, properties: PropertyReader): string {
  const generated = properties.take('generated')
  const kind = properties.take('generated kind') ?? 'stored'
  const identity = properties.take('identity kind')
  return [
    name,
    properties.take('type') ?? '',
    ...properties.clause('storage', 'STORAGE'),
    ...properties.clause('compression', 'COMPRESSION'),
    ...properties.clause('collation', 'COLLATE'),
    ...(properties.isTrue('not null') ? ['NOT NULL'] : []),
    ...properties.clause('default', 'DEFAULT'),
    ...(generated === null ? [] : [`GENERATED ALWAYS AS (${generated}) ${kind.toUpperCase()}`]),
    ...(identity === null ? [] : [`GENERATED ${identity.toUpperCase()} AS IDENTITY`]),
  ].join(' ')
}

/** A place that moved is said by the diff that shows it. */
const column: DdlRenderer = ({ relation, part, properties }) => {
  properties.take('position')
  const statements = [`ALTER TABLE ${relation} ADD COLUMN ${columnDefinition(part, properties)};`]
  const statistics = properties.take('statistics')
  if (statistics !== null) statements.push(`ALTER TABLE ${relation} ALTER COLUMN ${part} SET STATISTICS ${statistics};`)
  const options = properties.take('options')
  if (options !== null) statements.push(`ALTER TABLE ${relation} ALTER COLUMN ${part} SET (${options});`)
  return statements
}

/** `type` and `validated` are said by the definition; its index and its triggers are well unless it is said. */
const constraint: DdlRenderer = ({ relation, part, properties }) => {
  const where = properties.take('type') === 'domain check' ? 'DOMAIN' : 'TABLE'
  properties.take('validated')
  const triggers = properties.take('triggers')
  const valid = properties.take('index valid')
  return [
    `ALTER ${where} ${relation} ADD CONSTRAINT ${part}\n  ${properties.take('definition') ?? ''};`,
    ...(triggers === null || triggers === 'enabled' ? [] : [`-- its triggers are ${triggers}`]),
    ...(valid === 'false' ? ['-- its index is not valid'] : []),
  ]
}

/** Ready and valid is what an index is unless something went wrong. */
const index: DdlRenderer = ({ part, properties }) => {
  const unique = properties.isTrue('unique') ? 'UNIQUE ' : ''
  const on = properties.take('table') ?? ''
  const statements = [`CREATE ${unique}INDEX ${part} ON ${on}\n  ${properties.take('definition') ?? ''};`]
  if (properties.isTrue('clustered')) statements.push(`ALTER TABLE ${on} CLUSTER ON ${part};`)
  if (properties.isTrue('replica identity')) statements.push(`ALTER TABLE ${on} REPLICA IDENTITY USING INDEX ${part};`)
  for (const mark of ['valid', 'ready']) {
    if (!properties.isTrue(mark)) statements.push(`-- the index is not ${mark}`)
  }
  return statements
}

function view(kind: string): DdlRenderer {
  return ({ name, properties }: DdlSubject) => {
    const populated = properties.take('populated')
    // The columns are those of the query: shown only where they differ.
    properties.take('columns')
    const query = (properties.take('definition') ?? '').replace(/;\s*$/, '')
    return [
      statement(`CREATE ${kind} ${name}`, [
        ...properties.clause('access method', 'USING'),
        ...properties.clause('options', 'WITH').map(parenthesised),
      ]).replace(/;$/, ` AS\n${query}${populated === 'false' ? '\n  WITH NO DATA' : ''};`),
    ]
  }
}

const sequence: DdlRenderer = ({ name, properties }) => {
  const kind = properties.take('persistence') === 'unlogged' ? 'UNLOGGED SEQUENCE' : 'SEQUENCE'
  const clauses = [
    ...properties.clause('type', 'AS'),
    ...properties.clause('start', 'START WITH'),
    ...properties.clause('increment', 'INCREMENT BY'),
    ...properties.clause('minimum', 'MINVALUE'),
    ...properties.clause('maximum', 'MAXVALUE'),
    ...properties.clause('cache', 'CACHE'),
    ...(properties.isTrue('cycle') ? ['CYCLE'] : []),
    ...properties.clause('owned by', 'OWNED BY'),
  ]
  return [statement(`CREATE ${kind} ${name}`, clauses)]
}

export const relations = {
  table,
  column,
  constraint,
  index,
  view: view('VIEW'),
  'materialized view': view('MATERIALIZED VIEW'),
  sequence,
} satisfies Record<string, DdlRenderer>
