import { formatCount } from '../core/index.ts'
import { identityOf, partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import type { DroppedColumn } from './dropped-columns.ts'
import type { RenameMap } from './rename-map.ts'
import type { ChangedTable, Loss } from './types.ts'

/** What a table's protection is made of, and goes unseen when it goes. */
const protections: ReadonlySet<string> = new Set(['policy', 'constraint', 'trigger'])

/** Rows, values and protections that were there and are not: graver first. What was only renamed is not among them. */
export function findLosses(
  before: Facts,
  after: Facts,
  renames: RenameMap,
  tables: readonly ChangedTable[],
  columns: readonly DroppedColumn[],
): Loss[] {
  return [
    ...tables.flatMap(lossOfRows),
    ...columns.filter(({ values }) => values !== '0').map(lossOfColumn),
    ...lossesOfProtection(before, after, renames),
  ]
}

function lossOfRows({ table, was, rowsBefore, rowsAfter }: ChangedTable): Loss[] {
  if (rowsBefore === null || rowsBefore === '0') return []
  const name = was ?? table
  const rows = count(rowsBefore, 'row')
  if (rowsAfter === null) return [{ kind: 'table', object: name, text: `table ${name} is gone, with ${rows}` }]
  const fewer = BigInt(rowsBefore) - BigInt(rowsAfter)
  if (fewer <= 0n) return []
  return [
    {
      kind: 'rows',
      object: table,
      text: `${table} has ${count(String(fewer), 'row')} fewer: ${formatCount(rowsAfter)} of ${formatCount(rowsBefore)} are left`,
    },
  ]
}

function lossOfColumn({ table, column, values }: DroppedColumn): Loss {
  const object = `${table}.${identityOf([column])}`
  const held = values === null ? 'values that could not be counted' : count(values, 'value')
  return { kind: 'column', object, text: `column ${object} is gone, with ${held}` }
}

function lossesOfProtection(before: Facts, after: Facts, renames: RenameMap): Loss[] {
  const now = new Map(after.objects.map((object) => [`${object.kind} ${object.identity}`, object]))
  return before.objects.flatMap((object): Loss[] => {
    const { kind, identity } = object
    if (protections.has(kind)) {
      const there = renames.objectNow(identity)
      if (there === null || now.has(`${kind} ${there}`) || isUnderAnotherName(object, there, before, after)) return []
      return [{ kind: kind as Loss['kind'], object: identity, text: `${kind} ${identity} is gone` }]
    }
    const found = now.get(`${kind} ${renames.tableNow(identity) ?? identity}`)
    return found === undefined ? [] : [...lossOfRowSecurity(object, found), ...lossOfPrivileges(object, found)]
  })
}

/** One that says the same of the same table, and is new: it was renamed, or made anew. */
function isUnderAnotherName(was: ObjectFact, there: string, before: Facts, after: Facts): boolean {
  const [schema = '', table = ''] = partsOfIdentity(there)
  const prefix = `${identityOf([schema, table])}.`
  const said = JSON.stringify(was.properties)
  return after.objects.some(
    ({ kind, identity, properties }) =>
      kind === was.kind &&
      identity.startsWith(prefix) &&
      JSON.stringify(properties) === said &&
      !before.objects.some((other) => other.kind === kind && other.identity === identity),
  )
}

function lossOfRowSecurity(was: ObjectFact, is: ObjectFact): Loss[] {
  if (was.properties['row security'] !== 'true' || is.properties['row security'] === 'true') return []
  return [
    {
      kind: 'row security',
      object: is.identity,
      text: `row level security of ${is.identity} is off: its policies hold for nobody`,
    },
  ]
}

/** One line a grantee, `role: SELECT, INSERT*`. */
function lossOfPrivileges(was: ObjectFact, is: ObjectFact): Loss[] {
  const left = grants(is)
  return [...grants(was)].flatMap(([grantee, held]) => {
    const gone = [...held].filter((privilege) => !left.get(grantee)?.has(privilege))
    if (gone.length === 0) return []
    return [
      {
        kind: 'privileges' as const,
        object: is.identity,
        text: `${grantee} has lost ${gone.join(', ')} on ${is.kind} ${is.identity}`,
      },
    ]
  })
}

function grants({ properties }: ObjectFact): Map<string, ReadonlySet<string>> {
  const lines = (properties['privileges'] ?? '').split('\n').filter((line) => line.includes(': '))
  return new Map(
    lines.map((line) => {
      const [grantee = '', held = ''] = line.replace(/ \(by .*\)$/, '').split(': ')
      return [grantee, new Set(held.split(', ').map((privilege) => privilege.replace(/\*$/, '')))]
    }),
  )
}

function count(rows: string, noun: string): string {
  return `${formatCount(rows)} ${noun}${rows === '1' ? '' : 's'}`
}
