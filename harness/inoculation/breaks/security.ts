import { quoteIdentifier } from '../../core/index.ts'
import { partsOfIdentity } from '../../facts/index.ts'
import type { Break, Target } from '../types.ts'
import { objectsOf, quoted, targetOf } from './relations.ts'

const policyDropped: Break = {
  name: 'policy dropped',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'policy').map(({ object, parts }) =>
      targetOf('policy', object, `DROP POLICY ${quoteIdentifier(parts[2] ?? '')} ON ${quoted(parts)}`),
    ),
}

const policyOpened: Break = {
  name: 'policy that lets everything through',
  check: 'schema',
  targets: (patient) =>
    patient.spellsAlike
      ? objectsOf(patient, 'policy')
          .filter(({ object }) => ![null, undefined, 'true'].includes(object.properties['using']))
          .map(({ object, parts }) =>
            targetOf(
              'policy',
              object,
              `ALTER POLICY ${quoteIdentifier(parts[2] ?? '')} ON ${quoted(parts)} USING (true)`,
            ),
          )
      : [],
}

const rowSecurityOff: Break = {
  name: 'row security switched off',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'table')
      .filter(({ object }) => object.properties['row security'] === 'true')
      .map(({ object, parts }) => targetOf('table', object, `ALTER TABLE ${quoted(parts)} DISABLE ROW LEVEL SECURITY`)),
}

const publicGranted: Break = {
  name: 'table open to everybody',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'table')
      .filter(({ object }) => !/^PUBLIC:/m.test(object.properties['privileges'] ?? ''))
      .map(({ object, parts }) => targetOf('table', object, `GRANT SELECT ON TABLE ${quoted(parts)} TO PUBLIC`)),
}

/** A line of `privileges` about a role whose name needs no reading: `anon: INSERT, SELECT`. */
const granted = /^([a-z_][a-z0-9_]*): [A-Z, ]+$/

const grantRevoked: Break = {
  name: 'grant lost',
  check: 'schema',
  targets: (patient) =>
    objectsOf(patient, 'table').flatMap(({ object, parts }): Target[] => {
      const lines = (object.properties['privileges'] ?? '').split('\n')
      const role = lines
        .flatMap((line) => granted.exec(line)?.[1] ?? [])
        .find((name) => name !== object.properties['owner'])
      if (role === undefined) return []
      return [targetOf('table', object, `REVOKE ALL ON TABLE ${quoted(parts)} FROM ${quoteIdentifier(role)}`)]
    }),
}

const ownerChanged: Break = {
  name: 'table with another owner',
  check: 'schema',
  targets: (patient) => {
    if (!patient.isSuperuser) return []
    const roles = patient.facts.objects
      .filter(({ kind }) => kind === 'role')
      .map(({ identity }) => partsOfIdentity(identity)[0] ?? '')
    return objectsOf(patient, 'table').flatMap(({ object, parts }): Target[] => {
      const other = roles.find((role) => role !== object.properties['owner'])
      if (other === undefined) return []
      return [targetOf('table', object, `ALTER TABLE ${quoted(parts)} OWNER TO ${quoteIdentifier(other)}`)]
    })
  },
}

const roleSetting: Break = {
  name: 'setting of a role',
  check: 'schema',
  targets: (patient) =>
    patient.facts.objects.flatMap((object): Target[] => {
      const [name = ''] = partsOfIdentity(object.identity)
      if (object.kind !== 'role' || object.properties['bootstrap'] === 'true' || !patient.isComparedRole(name))
        return []
      return [targetOf('role', object, `ALTER ROLE ${quoteIdentifier(name)} SET statement_timeout = '7654321'`)]
    }),
}

const databaseSetting: Break = {
  name: 'setting of the database',
  check: 'schema',
  targets: (patient) =>
    patient.carriesDatabase
      ? patient.facts.objects
          .filter(({ kind, identity }) => kind === 'database' && patient.isCompared('database', identity))
          .map((object) => {
            const database = quoteIdentifier(patient.facts.server.database)
            return targetOf('database', object, `ALTER DATABASE ${database} SET statement_timeout = '7654321'`)
          })
      : [],
}

export const breaksOfSecurity: readonly Break[] = [
  policyDropped,
  policyOpened,
  rowSecurityOff,
  publicGranted,
  grantRevoked,
  ownerChanged,
  roleSetting,
  databaseSetting,
]
