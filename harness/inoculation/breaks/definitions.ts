import { quoteIdentifier } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type ObjectFact } from '../../facts/index.ts'
import type { Break, Patient, Target } from '../types.ts'
import { objectsOf, quickOf, quoted, targetOf } from './relations.ts'

/** A table so small that writing it anew costs nothing. */
const mostRewritten = 2_000n

/** Columns of tables that stand for themselves, with the statement that alters each. */
function columns(
  patient: Patient,
  isWanted: (properties: ObjectFact['properties']) => boolean,
  change: (column: string, properties: ObjectFact['properties']) => string,
): readonly Target[] {
  const tables = new Set(
    objectsOf(patient, 'table')
      .filter(({ object: { properties } }) => !properties['partition of'] && !properties['inherits'])
      .map(({ object }) => object.identity),
  )
  return objectsOf(patient, 'column')
    .filter(({ object, parts }) => tables.has(identityOf(parts.slice(0, 2))) && isWanted(object.properties))
    .map(({ object, parts }) =>
      targetOf(
        'column',
        object,
        `ALTER TABLE ${quoted(parts)} ${change(quoteIdentifier(parts[2] ?? ''), object.properties)}`,
      ),
    )
}

const columnDropped: Break = {
  name: 'column dropped',
  check: 'schema',
  targets: (patient) =>
    columns(
      patient,
      () => true,
      (column) => `DROP COLUMN ${column}`,
    ),
}

const defaultDropped: Break = {
  name: 'default dropped',
  check: 'schema',
  targets: (patient) =>
    patient.spellsAlike
      ? columns(
          patient,
          (properties) => Boolean(properties['default']),
          (column) => `ALTER COLUMN ${column} DROP DEFAULT`,
        )
      : [],
}

const notNullDropped: Break = {
  name: 'NOT NULL dropped',
  check: 'schema',
  targets: (patient) =>
    columns(
      patient,
      (properties) => properties['not null'] === 'true' && !properties['identity kind'],
      (column) => `ALTER COLUMN ${column} DROP NOT NULL`,
    ),
}

const wider: Readonly<Record<string, string>> = {
  smallint: 'integer',
  integer: 'bigint',
  date: 'timestamp',
  text: 'varchar',
}

const typeChanged: Break = {
  name: 'column of another type',
  check: 'schema',
  targets: (patient) => {
    const few = patient.facts.tables
      .filter(({ rows, unreadable }) => unreadable === undefined && BigInt(rows) <= mostRewritten)
      .map(({ schema, name }) => identityOf([schema, name]))
    const small = new Set(quickOf(patient, few, (identity) => identity))
    return columns(
      patient,
      (properties) => (properties['type'] ?? '') in wider,
      (column, properties) => `ALTER COLUMN ${column} TYPE ${wider[properties['type'] ?? ''] ?? ''}`,
    ).filter(({ object }) => small.has(identityOf(partsOfIdentity(object).slice(0, 2))))
  },
}

const constraintDropped: Break = {
  name: 'constraint dropped',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'constraint')
      .filter(({ object }) =>
        /^(?:check|foreign key|primary key|unique|exclusion)$/.test(object.properties['type'] ?? ''),
      )
      .map(({ object, parts }) =>
        targetOf(
          'constraint',
          object,
          `ALTER TABLE ${quoted(parts)} DROP CONSTRAINT ${quoteIdentifier(parts[2] ?? '')}`,
        ),
      ),
}

const indexDropped: Break = {
  name: 'index dropped',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'index')
      .filter(({ object: { properties } }) => properties['valid'] === 'true' && !properties['partition of'])
      .map(({ object, parts }) => targetOf('index', object, `DROP INDEX ${quoted(parts)}`)),
}

const triggerDisabled: Break = {
  name: 'trigger switched off',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'trigger')
      .filter(({ object }) => object.properties['fires'] === 'enabled')
      .map(({ object, parts }) =>
        targetOf('trigger', object, `ALTER TABLE ${quoted(parts)} DISABLE TRIGGER ${quoteIdentifier(parts[2] ?? '')}`),
      ),
}

const viewReplaced: Break = {
  name: 'view that answers otherwise',
  check: 'schema',
  targets: (patient) =>
    patient.spellsAlike
      ? objectsOf(patient, 'view').map(({ object, parts }) => {
          const definition = (object.properties['definition'] ?? '').replace(/;\s*$/, '')
          const text = `SELECT * FROM (${definition}\n) AS rehearsal WHERE false`
          return targetOf('view', object, `CREATE OR REPLACE VIEW ${quoted(parts)} AS ${text}`)
        })
      : [],
}

const commentChanged: Break = {
  name: 'comment changed',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'table').map(({ object, parts }) =>
      targetOf('table', object, `COMMENT ON TABLE ${quoted(parts)} IS 'not what it was'`),
    ),
}

const valueAdded: Break = {
  name: 'enum with another value',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'enum').map(({ object, parts }) =>
      targetOf('enum', object, `ALTER TYPE ${quoted(parts)} ADD VALUE 'rehearsal_break'`),
    ),
}

export const breaksOfDefinitions: readonly Break[] = [
  columnDropped,
  defaultDropped,
  notNullDropped,
  typeChanged,
  constraintDropped,
  indexDropped,
  triggerDisabled,
  viewReplaced,
  commentChanged,
  valueAdded,
]
