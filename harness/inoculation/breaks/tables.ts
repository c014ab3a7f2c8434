import { quoteQualified } from '../../core/index.ts'
import { identityOf, type ObjectKind } from '../../facts/index.ts'
import type { Break, Target } from '../types.ts'
import { objectsOf, quoted } from './relations.ts'

const dropped: Break = {
  name: 'table dropped',
  check: 'tables',
  targets: (patient) =>
    objectsOf(patient, 'table').flatMap(({ object, parts }): Target[] => {
      const [schema = '', name = ''] = parts
      if (object.properties['partition of'] || object.properties['partitioned by'] || object.properties['inherits'])
        return []
      return [
        {
          object: object.identity,
          apply: async (sql) => {
            await sql.query(`DROP TABLE ${quoted(parts)}`)
            return true
          },
          look: { by: 'facts', parts: { kinds: ['table'], tables: [{ schema, name }] } },
        },
      ]
    }),
}

const stray = 'rehearsal_stray'

const added: Break = {
  name: 'table that production lacks',
  check: 'tables',
  targets: (patient) =>
    patient.facts.schemas
      .filter((schema) => patient.isCompared(schema, identityOf([schema, stray])))
      .map((schema) => ({
        object: identityOf([schema, stray]),
        apply: async (sql) => {
          await sql.query(`CREATE TABLE ${quoteQualified(schema, stray)} (id integer)`)
          return true
        },
        look: { by: 'facts', parts: { kinds: ['table'] } },
      })),
}

const viewDropped: Break = {
  name: 'view dropped',
  check: 'tables',
  targets: (patient) =>
    (['view', 'materialized view'] satisfies ObjectKind[]).flatMap((kind) =>
      objectsOf(patient, kind).map(({ object, parts }) => ({
        object: object.identity,
        apply: async (sql) => {
          await sql.query(`DROP ${kind} ${quoted(parts)}`)
          return true
        },
        look: { by: 'facts', parts: { kinds: [kind] } },
      })),
    ),
}

const unfilled: Break = {
  name: 'materialised view without rows',
  check: 'row counts',
  targets: (patient) => {
    const counted = new Set(
      patient.facts.tables
        .filter(
          ({ persistence, populated, unreadable }) => persistence === 'materialized view' && populated && !unreadable,
        )
        .map(({ schema, name }) => identityOf([schema, name])),
    )
    return objectsOf(patient, 'materialized view')
      .filter(({ object }) => counted.has(object.identity))
      .map(({ object, parts: [schema = '', name = ''] }) => ({
        object: object.identity,
        apply: async (sql) => {
          await sql.query(`REFRESH MATERIALIZED VIEW ${quoteQualified(schema, name)} WITH NO DATA`)
          return true
        },
        look: { by: 'facts', parts: { tables: [{ schema, name }] } },
      }))
  },
}

export const breaksOfTables: readonly Break[] = [dropped, added, viewDropped, unfilled]
