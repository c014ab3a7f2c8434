import { quoteIdentifier } from '../../core/index.ts'
import { partsOfIdentity, type Facts, type ObjectFact } from '../../facts/index.ts'

/**
 * Statements that make, in an empty database, what the expressions of these facts speak of: types, tables without rows,
 * functions without bodies, views. Not a restore: constraints, defaults and privileges are left out. In an order that
 * mostly works; what needs something that comes later is run again after it.
 */
export function scratchSchema(facts: Facts): string[] {
  const of = (...kinds: ObjectFact['kind'][]): ObjectFact[] => facts.objects.filter(({ kind }) => kinds.includes(kind))
  const columns = Map.groupBy(of('column'), ({ identity }) => tableOf(identity))
  return [
    ...of('role').map(({ identity }) => `CREATE ROLE ${nameOf(identity)}`),
    ...of('schema').map(({ identity }) => `CREATE SCHEMA IF NOT EXISTS ${nameOf(identity)}`),
    ...of('extension').map(
      ({ identity, properties }) =>
        `CREATE EXTENSION IF NOT EXISTS ${nameOf(identity)} SCHEMA ${quoteIdentifier(properties['schema'] ?? 'public')}`,
    ),
    ...of('enum').map(
      ({ identity, properties }) => `CREATE TYPE ${nameOf(identity)} AS ENUM (${properties['labels'] ?? ''})`,
    ),
    ...of('type').flatMap(typeStatement),
    ...of('domain').map(
      ({ identity, properties }) =>
        `CREATE DOMAIN ${nameOf(identity)} AS ${properties['base type'] ?? ''}${collate(properties)}`,
    ),
    ...of('table', 'foreign table', 'materialized view').map(
      ({ identity }) => `CREATE TABLE ${nameOf(identity)} (${columnList(columns.get(tableOf(identity)) ?? [])})`,
    ),
    ...of('function').flatMap(functionStatement),
    ...of('constraint')
      .filter(({ properties }) => ['primary key', 'unique'].includes(properties['type'] ?? ''))
      .map(({ identity, properties }) => `ALTER TABLE ${tableName(identity)} ADD ${properties['definition'] ?? ''}`),
    ...of('view').map(
      ({ identity, properties }) => `CREATE VIEW ${nameOf(identity)} AS ${properties['definition'] ?? ''}`,
    ),
    ...of('trigger', 'rule', 'statistics').map(({ properties }) => properties['definition'] ?? ''),
    ...of('policy').map(policyStatement),
  ]
}

/** `public.users.email` → the table it belongs to, unquoted. */
function tableOf(identity: string): string {
  return partsOfIdentity(identity).slice(0, 2).join('\u0000')
}

function nameOf(identity: string): string {
  return partsOfIdentity(identity).map(quoteIdentifier).join('.')
}

function tableName(identity: string): string {
  return partsOfIdentity(identity).slice(0, 2).map(quoteIdentifier).join('.')
}

function collate(properties: ObjectFact['properties']): string {
  return properties['collation'] ? ` COLLATE ${properties['collation']}` : ''
}

function columnList(columns: readonly ObjectFact[]): string {
  return columns
    .toSorted((a, b) => Number(a.properties['position']) - Number(b.properties['position']))
    .map(({ identity, properties }) => {
      const name = quoteIdentifier(partsOfIdentity(identity)[2] ?? '')
      return `${name} ${properties['type'] ?? ''}${collate(properties)}`
    })
    .join(', ')
}

function typeStatement({ identity, properties }: ObjectFact): string[] {
  if (properties['type'] === 'range')
    return [`CREATE TYPE ${nameOf(identity)} AS RANGE (SUBTYPE = ${properties['subtype'] ?? ''})`]
  if (properties['type'] !== 'composite') return []
  // An attribute's comment stands behind it.
  const attributes = (properties['attributes'] ?? '').split(',\n').map((line) => line.replace(/ -- .*$/s, ''))
  return [`CREATE TYPE ${nameOf(identity)} AS (${attributes.join(', ')})`]
}

/** Bodies are nobody's business here, and never run: an expression only needs to know what a function takes and gives. */
function functionStatement({ identity, properties }: ObjectFact): string[] {
  const { type, arguments: given, returns, volatility } = properties
  if (type === 'window function') return []
  const isProcedure = type === 'procedure'
  const head = `CREATE ${isProcedure ? 'PROCEDURE' : 'FUNCTION'} ${nameOf(identity)}(${given ?? ''})`
  return [
    `${head}${isProcedure ? '' : ` RETURNS ${returns ?? 'void'} ${(volatility ?? 'volatile').toUpperCase()}`} LANGUAGE plpgsql AS 'BEGIN END'`,
  ]
}

function policyStatement({ identity, properties }: ObjectFact): string {
  const { using, 'with check': check, command, type, roles } = properties
  const name = quoteIdentifier(partsOfIdentity(identity)[2] ?? '')
  const clauses = [using ? ` USING (${using})` : '', check ? ` WITH CHECK (${check})` : ''].join('')
  return `CREATE POLICY ${name} ON ${tableName(identity)} AS ${type} FOR ${command} TO ${roles}${clauses}`
}
