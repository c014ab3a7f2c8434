import { quoteIdentifier, quoteQualified, type SqlRunner } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type SightFact, type ViewerFact } from '../../facts/index.ts'
import type { Break, Patient, Target } from '../types.ts'
import { objectsOf, quickOf } from './relations.ts'

interface Seen {
  readonly viewer: ViewerFact
  readonly sight: SightFact
  readonly table: string
}

/** Every table that a role, and no single user, may do something with, and that is read again at once or not at all. */
function sights(patient: Patient): readonly Seen[] {
  const all = allSights(patient)
  const read = all.filter(({ sight }) => sight.rows !== 'all' && sight.rows !== 'unread')
  const quick = new Set(quickOf(patient, read, ({ sight }) => sight.relation))
  return all.filter((seen) => quick.has(seen) || !read.includes(seen))
}

function allSights(patient: Patient): readonly Seen[] {
  const tables = new Set(objectsOf(patient, 'table').map(({ object }) => object.identity))
  return (patient.access?.viewers ?? [])
    .filter(({ user, blocked }) => user === null && !blocked)
    .flatMap((viewer) =>
      viewer.sights
        .filter(({ kind, relation }) => kind === 'table' && tables.has(relation))
        .map((sight) => {
          const [schema = '', name = ''] = partsOfIdentity(sight.relation)
          return { viewer, sight, table: quoteQualified(schema, name) }
        }),
    )
}

/** Of which a role sees some rows and not all. */
function filtered(patient: Patient): readonly Seen[] {
  const rows = new Map(
    patient.facts.tables.map((table) => [identityOf([table.schema, table.name]), BigInt(table.rows)]),
  )
  return sights(patient).filter(
    ({ sight }) =>
      /^\d+$/.test(sight.rows) &&
      sight.sqlstate === undefined &&
      sight.privileges.includes('SELECT') &&
      BigInt(sight.rows) < (rows.get(sight.relation) ?? 0n),
  )
}

function targetOf({ viewer, sight }: Seen, apply: (sql: SqlRunner) => Promise<boolean>): Target {
  return {
    object: `${sight.relation} as ${viewer.name}`,
    apply,
    look: { by: 'access', viewer: viewer.name, relation: sight.relation },
  }
}

const everythingSeen: Break = {
  name: 'all rows shown to a role',
  check: 'access',
  targets: (patient) =>
    filtered(patient).map((seen) =>
      targetOf(seen, async (sql) => {
        await sql.query(`ALTER TABLE ${seen.table} DISABLE ROW LEVEL SECURITY`)
        return true
      }),
    ),
}

const policyAdded: Break = {
  name: 'policy that shows all rows to a role',
  check: 'access',
  targets: (patient) => {
    const restricted = new Set(
      patient.facts.objects
        .filter(({ kind, properties }) => kind === 'policy' && properties['type'] === 'restrictive')
        .map(({ identity }) => identityOf(partsOfIdentity(identity).slice(0, 2))),
    )
    return filtered(patient)
      .filter(({ sight }) => !restricted.has(sight.relation))
      .map((seen) =>
        targetOf(seen, async (sql) => {
          const role = quoteIdentifier(seen.viewer.role)
          await sql.query(`CREATE POLICY "rehearsal break" ON ${seen.table} FOR SELECT TO ${role} USING (true)`)
          return true
        }),
      )
  },
}

const allWords = ['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']

const granted: Break = {
  name: 'privilege given to a role',
  check: 'access',
  targets: (patient) =>
    sights(patient).flatMap((seen): Target[] => {
      const more = allWords.find((word) => !seen.sight.privileges.includes(word))
      if (more === undefined) return []
      return [
        targetOf(seen, async (sql) => {
          await sql.query(`GRANT ${more} ON TABLE ${seen.table} TO ${quoteIdentifier(seen.viewer.role)}`)
          return true
        }),
      ]
    }),
}

/** What a role has through another one, or through everybody, stays: then nothing was taken. */
const taken: Break = {
  name: 'privilege taken from a role',
  check: 'access',
  targets: (patient) =>
    sights(patient).flatMap((seen): Target[] => {
      const word = allWords.find((one) => seen.sight.privileges.includes(one))
      if (word === undefined) return []
      return [
        targetOf(seen, async (sql) => {
          await sql.query(`REVOKE ALL ON TABLE ${seen.table} FROM ${quoteIdentifier(seen.viewer.role)}`)
          const [row] = await sql.query(`SELECT pg_catalog.has_table_privilege($1, $2, $3)::text AS still`, [
            seen.viewer.role,
            seen.table,
            word,
          ])
          return row?.['still'] === 'false'
        }),
      ]
    }),
}

export const breaksOfAccess: readonly Break[] = [everythingSeen, policyAdded, granted, taken]
