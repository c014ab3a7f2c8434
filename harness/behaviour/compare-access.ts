import type { Finding } from '../compare/index.ts'
import {
  identityOf,
  partsOfIdentity,
  type AccessFacts,
  type Facts,
  type SightFact,
  type ViewerFact,
} from '../facts/index.ts'
import { compareSights, seesMore, type SightContext } from './compare-sights.ts'
import { countRows } from './count-rows.ts'
import { finding } from './finding.ts'

export interface CompareAccessOptions {
  readonly baseline: Facts
  readonly restored: Facts
  readonly baselineKind: 'dump-snapshot' | 'live'
  /** Schemas that the platform provides: who may do what with them is its own affair, who sees more rows is not. */
  readonly notCovered: readonly string[]
  /** For a live baseline: by which share of production's rows a sight may have drifted. */
  readonly driftOf: (relation: string) => number
  /** What messages call the two; `production` and `the copy` unless given. */
  readonly sides?: readonly [string, string]
}

/**
 * The check `access`: every viewer sees of every relation the same rows on both sides. What somebody sees on the copy
 * and not in production always differs; what they see less of differs where all rows are the same, for otherwise the
 * rows themselves are the news. Pure. `same` once a viewer, so that it is said who was tried.
 */
export function compareAccess(before: AccessFacts, after: AccessFacts, options: CompareAccessOptions): Finding[] {
  if (before.viewers.length === 0) return [finding('access', 'same', null, 'there are no API roles to look as')]
  const context = contextOf(options)
  const others = new Map(after.viewers.map((viewer) => [viewer.name, viewer]))
  return before.viewers.flatMap((viewer) => {
    const other = others.get(viewer.name)
    if (!other || viewer.user === null) return compareViewer(viewer, other, context, options)
    const [mine, theirs] = [withRole(viewer, other, before), withRole(other, viewer, after)]
    return compareViewer(mine, theirs, context, options)
  })
}

/** Where a user was not asked, for it sees what its role sees, while on the other side it was: the role's sights. */
function withRole(user: ViewerFact, other: ViewerFact, { viewers }: AccessFacts): ViewerFact {
  const [own, asked] = [byRelation(user), byRelation(other)]
  const role = viewers.find(({ name }) => name === user.role)
  const taken = (role?.sights ?? []).filter(({ relation }) => !own.has(relation) && asked.has(relation))
  return { ...user, sights: [...user.sights, ...taken] }
}

function compareViewer(
  was: ViewerFact,
  is: ViewerFact | undefined,
  context: SightContext,
  { notCovered, restored }: CompareAccessOptions,
): Finding[] {
  const object = `role ${was.role}`
  if (was.blocked)
    return [
      finding('access', 'not-checked', object, `${was.blocked.why} in ${context.sides[0]}`, {
        remedy: was.blocked.remedy,
      }),
    ]
  if (is?.blocked)
    return [
      finding('access', 'not-checked', object, `${is.blocked.why} in ${context.sides[1]}`, {
        remedy: is.blocked.remedy,
      }),
    ]
  if (!is) {
    const message = `${was.name} could not look: ${context.sides[1]} has no such user`
    const remedy = 'back up auth.users too, to see what users see'
    return [finding('access', 'not-checked', was.name, message, { remedy, notice: true })]
  }
  const present = relationsOf(restored)
  const isProvided = (relation: string): boolean => notCovered.includes(partsOfIdentity(relation)[0] ?? '')
  const isCompared = (relation: string): boolean => present.has(relation) && !isProvided(relation)
  const before = byRelation(was)
  const after = byRelation(is)
  const relations = [...new Set([...before.keys(), ...after.keys()])].filter(isCompared).sort()
  const findings = [
    ...relations.flatMap((relation) =>
      compareSights(was, before.get(relation) ?? null, after.get(relation) ?? null, context),
    ),
    ...[...before.values()].flatMap((sight) =>
      isProvided(sight.relation) ? seesMore(was, sight, after.get(sight.relation) ?? null, context) : [],
    ),
  ]
  if (findings.some(({ status, notice }) => status !== 'same' && !notice)) return findings
  const seen = relations.length === 1 ? '1 relation' : `${relations.length} relations`
  return [...findings, finding('access', 'same', was.name, `${was.name} sees the same of ${seen} on both sides`)]
}

function byRelation({ sights }: ViewerFact): ReadonlyMap<string, SightFact> {
  return new Map(sights.map((sight) => [sight.relation, sight]))
}

/** What is missing as a whole is told by the check `tables`. */
function relationsOf({ objects }: Facts): ReadonlySet<string> {
  const kinds: ReadonlySet<string> = new Set(['table', 'view', 'materialized view'])
  return new Set(objects.filter(({ kind }) => kinds.has(kind)).map(({ identity }) => identity))
}

function contextOf({
  baseline,
  restored,
  baselineKind,
  driftOf,
  notCovered,
  sides = ['production', 'the copy'],
}: CompareAccessOptions): SightContext {
  const leftOut = neverCame(baseline, restored, notCovered)
  return {
    rowsBefore: countRows(baseline),
    rowsAfter: countRows(restored),
    rowsAreEqual: fingerprintsOf(baseline, leftOut) === fingerprintsOf(restored, leftOut),
    sortsAlike:
      baseline.server.collation === restored.server.collation && baseline.server.ctype === restored.server.ctype,
    driftOf: baselineKind === 'live' ? driftOf : null,
    sides,
  }
}

/** Tables that are not on the copy, which the check `tables` tells, and those of the platform that no rows came for. */
function neverCame({ tables }: Facts, restored: Facts, notCovered: readonly string[]): ReadonlySet<string> {
  const there = new Map(restored.tables.map(({ schema, name, rows }) => [identityOf([schema, name]), rows]))
  const names = [...tables, ...restored.tables].map(({ schema, name }) => ({ schema, id: identityOf([schema, name]) }))
  const left = names.filter(
    ({ schema, id }) => !there.has(id) || (notCovered.includes(schema) && there.get(id) === '0'),
  )
  return new Set(left.map(({ id }) => id))
}

function fingerprintsOf({ tables }: Facts, leftOut: ReadonlySet<string>): string {
  const ordinary = tables.filter(
    ({ persistence, schema, name }) => persistence !== 'materialized view' && !leftOut.has(identityOf([schema, name])),
  )
  return JSON.stringify(ordinary.map(({ schema, name, rows, fingerprint }) => [schema, name, rows, fingerprint]))
}
