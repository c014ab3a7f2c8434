import { compareFacts, type Finding } from '../../harness/compare/index.ts'
import { mutants } from '../../harness/compare/mutants/index.ts'
import type { Facts, ObjectFact, ObjectKind } from '../../harness/facts/index.ts'
import { catalogueQueries } from '../../harness/facts/queries/index.ts'
import { propertiesOf } from './properties-of.ts'
import { unmutated } from './unmutated.ts'

export interface LedgerProperty {
  readonly name: string
  readonly compared: string
  /** Mutants that change it. */
  readonly mutants: number
  /** Why there are none. */
  readonly instead: string | null
}

export interface LedgerKind {
  readonly kind: ObjectKind
  /** Mutants in which an object of it is missing, or there is one more. */
  readonly missing: number
  readonly extra: number
  readonly properties: readonly LedgerProperty[]
}

/** Kind by kind, property by property: what is collected, how it is compared, and how many mutants prove it. */
export function buildLedger(): readonly LedgerKind[] {
  const byKind = Map.groupBy(catalogueQueries, ({ kind }) => kind)
  return [...byKind]
    .map(([kind, queries]) => ({
      kind,
      missing: countChanges(kind, 'missing'),
      extra: countChanges(kind, 'extra'),
      properties: [...new Set(queries.flatMap(propertiesOf))].sort().map((name) => ({
        name,
        compared: howCompared(kind, name),
        mutants: countChanges(kind, name),
        instead: unmutated[`${kind}: ${name}`] ?? null,
      })),
    }))
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
}

function countChanges(kind: ObjectKind, what: string): number {
  return mutants.flatMap(({ changes }) => changes).filter((change) => isChangeOf(change, kind, what)).length
}

/** A kind may begin as another does (`text search …`, `foreign …`): the longest that fits is meant. */
function isChangeOf(change: string, kind: ObjectKind, what: string): boolean {
  const at = change.lastIndexOf(': ')
  if (
    at < 0 ||
    !change
      .slice(at + 2)
      .split(', ')
      .includes(what)
  )
    return false
  const fitting = catalogueQueries.map((query) => query.kind).filter((known) => change.startsWith(`${known} `))
  return fitting.sort((a, b) => b.length - a.length)[0] === kind
}

/** Asked of the comparison itself: one object whose property differs. */
function howCompared(kind: ObjectKind, property: string): string {
  // It takes several columns to tell: places are counted among those that both sides have.
  if (kind === 'column' && property === 'position') return 'exact; notice in children by INHERITS'
  const ask = (carries: boolean): string =>
    wordFor(
      compareFacts({
        baseline: factsOf(kind, property, 'a'),
        restored: factsOf(kind, property, 'b'),
        baselineKind: 'dump-snapshot',
        carries: { roles: carries, database: carries },
      }).find(({ check, object }) => check === 'schema' && object !== null),
    )
  const [carried, plain] = [ask(true), ask(false)]
  return carried === plain ? carried : `${carried}; ${plain} where the backup does not carry it`
}

function wordFor(finding: Finding | undefined): string {
  if (finding === undefined) return 'not compared'
  if (finding.status === 'differs') return finding.notice ? 'notice' : 'exact'
  return finding.notice ? 'notice (not checked)' : 'not checked'
}

function factsOf(kind: ObjectKind, property: string, value: string): Facts {
  const object: ObjectFact = { kind, identity: 'one.two.three', properties: { [property]: value }, deparsed: [] }
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt: '2026-01-01T00:00:00.000Z',
    source: 'restored',
    server: {
      version: '17.0',
      major: 17,
      database: 'any',
      encoding: 'UTF8',
      collation: 'C',
      ctype: 'C',
      systemIdentifierHash: null,
      databaseBytes: '0',
    },
    schemas: ['one'],
    objects: [object],
    tables: [],
    sequences: [],
  }
}
