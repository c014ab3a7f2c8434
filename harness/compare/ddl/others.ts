import { statement, type DdlRenderer } from './types.ts'

const policy: DdlRenderer = ({ relation, part, properties }) => {
  const condition = (name: string, word: string): string[] => {
    const text = properties.take(name)
    return text === null ? [] : [`${word} (${text})`]
  }
  return [
    statement(`CREATE POLICY ${part} ON ${relation}`, [
      ...properties.clause('type', 'AS').map((clause) => clause.toUpperCase()),
      ...properties.clause('command', 'FOR'),
      ...properties.clause('roles', 'TO'),
      ...condition('using', 'USING'),
      ...condition('with check', 'WITH CHECK'),
    ]),
  ]
}

/** A label a line, so that one that is new stands out. */
const enumeration: DdlRenderer = ({ name, properties }) => {
  const labels = (properties.take('labels') ?? '').replaceAll(`', '`, `',\n  '`)
  return [`CREATE TYPE ${name} AS ENUM (\n  ${labels}\n);`]
}

const domain: DdlRenderer = ({ name, properties }) => [
  statement(`CREATE DOMAIN ${name} AS ${properties.take('base type') ?? ''}`, [
    ...properties.clause('collation', 'COLLATE'),
    ...properties.clause('default', 'DEFAULT'),
    ...(properties.isTrue('not null') ? ['NOT NULL'] : []),
  ]),
]

const type: DdlRenderer = ({ name, properties }) => {
  const form = properties.take('type')
  if (form === 'composite') {
    const attributes = (properties.take('attributes') ?? '').replaceAll('\n', '\n  ')
    return [`CREATE TYPE ${name} AS (\n  ${attributes}\n);`]
  }
  if (form !== 'range') return [`CREATE TYPE ${name}; -- ${form ?? 'base'}`]
  const options = [
    ...properties.clause('subtype', 'SUBTYPE ='),
    ...properties.clause('operator class', 'SUBTYPE_OPCLASS ='),
    ...properties.clause('collation', 'COLLATION ='),
    ...properties.clause('canonical', 'CANONICAL ='),
    ...properties.clause('difference', 'SUBTYPE_DIFF ='),
    ...properties.clause('multirange', 'MULTIRANGE_TYPE_NAME ='),
  ]
  return [`CREATE TYPE ${name} AS RANGE (\n  ${options.join(',\n  ')}\n);`]
}

const schema: DdlRenderer = ({ name }) => [`CREATE SCHEMA ${name};`]

const extension: DdlRenderer = ({ name, properties }) => [
  statement(`CREATE EXTENSION ${name}`, [
    ...properties.clause('schema', 'SCHEMA'),
    ...properties.clause('version', 'VERSION').map((clause) => clause.replace(/^VERSION (.*)$/s, `VERSION '$1'`)),
  ]),
]

/** Attributes that a role has only when they are said, as statements spell them. */
const roleAttributes = {
  superuser: 'SUPERUSER',
  inherit: 'INHERIT',
  'create role': 'CREATEROLE',
  'create database': 'CREATEDB',
  login: 'LOGIN',
  replication: 'REPLICATION',
  'bypass row security': 'BYPASSRLS',
} as const

const role: DdlRenderer = ({ name, properties }) => [
  statement(`CREATE ROLE ${name}`, [
    ...Object.entries(roleAttributes).map(([property, word]) => (properties.isTrue(property) ? word : `NO${word}`)),
    ...properties.clause('connection limit', 'CONNECTION LIMIT'),
    ...properties.clause('valid until', 'VALID UNTIL'),
  ]),
  ...(properties.take('member of') ?? '')
    .split(', ')
    .filter(Boolean)
    .map((membership) => `GRANT ${membership.replace(/^(\S+)/, `$1 TO ${name}`)};`),
]

export const others = { policy, enum: enumeration, domain, type, schema, extension, role } satisfies Record<
  string,
  DdlRenderer
>
