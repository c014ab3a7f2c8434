import { letTriggersFire } from '../../behaviour/index.ts'
import { quoteLiteral, quoteQualified, type SqlRunner } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type SequenceFact } from '../../facts/index.ts'
import { isRefusal } from '../attempt.ts'
import type { Break, Patient, Target } from '../types.ts'

/** Those whose next value is known, and that do not start over by design. */
function steady({ facts, isCompared }: Patient): readonly SequenceFact[] {
  const cycling = new Set(
    facts.objects
      .filter(({ kind, properties }) => kind === 'sequence' && properties['cycle'] === 'true')
      .map(({ identity }) => identity),
  )
  return facts.sequences.filter(
    ({ schema, name, unreadable }) =>
      unreadable === undefined &&
      isCompared(schema, identityOf([schema, name])) &&
      !cycling.has(identityOf([schema, name])),
  )
}

function standAt({ schema, name }: SequenceFact, value: string): Target['apply'] {
  const sequence = `${quoteLiteral(quoteQualified(schema, name))}::pg_catalog.regclass`
  return async (sql) => {
    await sql.query(`SELECT pg_catalog.setval(${sequence}, ${quoteLiteral(value)}::bigint, false)`)
    return true
  }
}

/** Behind the column that draws from it: no value read before or after a dump allows for that. */
const setBack: Break = {
  name: 'sequence set back',
  check: 'sequences',
  targets: (patient) =>
    steady(patient).flatMap((sequence): Target[] => {
      const { schema, name, columnMax } = sequence
      if (columnMax === null) return []
      const look = { by: 'facts', parts: { sequences: [{ schema, name }] } } as const
      return [{ object: identityOf([schema, name]), apply: standAt(sequence, columnMax), look }]
    }),
}

const colliding: Break = {
  name: 'sequence whose next value is taken',
  check: 'writes',
  targets: (patient) =>
    steady(patient).flatMap((sequence): Target[] => {
      const { schema, name, columnMax } = sequence
      if (columnMax === null) return []
      const relation = identityOf([schema, name])
      return [{ object: relation, apply: standAt(sequence, columnMax), look: { by: 'writes', relation } }]
    }),
}

/** Its function calls one that nobody made. First by name, before triggers that may end the write otherwise. */
const lacking: Break = {
  name: 'trigger that calls what is missing',
  check: 'writes',
  targets: (patient) => {
    if (!patient.isCutOff) return []
    const ruled = new Set(
      patient.facts.objects
        .filter(({ kind }) => kind === 'rule')
        .map(({ identity }) => identityOf(partsOfIdentity(identity).slice(0, -1))),
    )
    return patient.facts.objects.flatMap((object): Target[] => {
      if (object.kind !== 'table' || object.properties['partition of'] || ruled.has(object.identity)) return []
      return lackingOn(patient, object.identity, object.properties['owner'] ?? '')
    })
  },
}

function lackingOn({ isCompared }: Patient, identity: string, owner: string): Target[] {
  const [schema = '', name = ''] = partsOfIdentity(identity)
  if (!isCompared(schema, identity)) return []
  const table = quoteQualified(schema, name)
  const call = quoteQualified(schema, 'rehearsal_break')
  const may = `SELECT (pg_catalog.has_schema_privilege($1, $2, 'USAGE') AND pg_catalog.has_table_privilege($1, $3, 'SELECT')
    AND pg_catalog.has_table_privilege($1, $3, 'DELETE'))::text AS may`
  return [
    {
      object: identity,
      apply: async (sql) => {
        const [row] = await sql.query(may, [owner, schema, table])
        if (row?.['may'] !== 'true') return false
        await sql.query(
          `CREATE FUNCTION ${call}() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.rehearsal_missing(); RETURN NULL; END'`,
        )
        await sql.query(
          `CREATE TRIGGER "!rehearsal" BEFORE UPDATE OR DELETE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${call}()`,
        )
        return isReached(sql, table)
      },
      look: { by: 'writes', relation: identity },
    },
  ]
}

/**
 * Whether a write gets as far as the trigger. A table that is published and has no replica identity takes none, here as in
 * production: nothing is broken there. https://www.postgresql.org/docs/current/logical-replication-publication.html
 */
async function isReached(sql: SqlRunner, table: string): Promise<boolean> {
  await sql.query('SAVEPOINT rehearsal_write')
  await sql.query(letTriggersFire)
  const sqlstate = await sql.query(`DELETE FROM ${table} WHERE ${never}`).then(
    () => null,
    (thrown: unknown) => {
      if (!isRefusal(thrown)) throw thrown
      return thrown.facts['sqlstate']
    },
  )
  await sql.query('ROLLBACK TO SAVEPOINT rehearsal_write; RELEASE SAVEPOINT rehearsal_write')
  return sqlstate === undefinedFunction
}

/** False, which the planner does not know: it would leave the partitions out, and what each of them takes. Reads no row. */
const never = `pg_catalog.current_setting('server_version') OPERATOR(pg_catalog.=) ''`

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const undefinedFunction = '42883'

export const breaksOfWrites: readonly Break[] = [setBack, colliding, lacking]
