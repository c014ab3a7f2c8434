import { formatCount } from '../core/index.ts'
import type { ObjectFact } from '../facts/index.ts'
import { ColumnOrder } from './column-order.ts'
import { compareProvided, listProvided } from './compare-provided.ts'
import { differs, notChecked, same } from './findings.ts'
import { gravityOfChange, gravityOfGain, gravityOfLoss } from './gravity-of-change.ts'
import type { Gravity } from './gravity.ts'
import { presenceWords, type PresenceWords } from './presence-words.ts'
import { gradePresence, gradeProperty, type Grade, type GradeContext } from './grade.ts'
import { holdsSettings, settingsWords } from './grade-settings.ts'
import type { IndexPair, ObjectIndex } from './object-index.ts'
import type { CompareOptions } from './options.ts'
import { gainedGrants } from './privileges.ts'
import type { Finding } from './types.ts'

/** One object that is missing, extra or changed. */
export interface ObjectDifference {
  readonly was: ObjectFact | null
  readonly is: ObjectFact | null
  /** Names of the properties that differ, sorted; empty when one side lacks the object. */
  readonly properties: readonly string[]
}

/**
 * What differs between two databases, object by object. Parts of something that is missing as a whole (the columns of
 * a missing table) are left out: the whole is named. Versions of collations are the machines' (compareCollationVersions).
 */
export function differencesBetween(before: ObjectIndex, after: ObjectIndex): ObjectDifference[] {
  const differences: ObjectDifference[] = []
  const order = new ColumnOrder(before, after)
  for (const was of before.all()) {
    if (was.kind === 'collation version') continue
    const is = after.get(was) ?? null
    const properties = is === null ? none : differingProperties(was, is, order)
    if (is === null ? !before.lacksWholeOf(was, after) : properties.length > 0)
      differences.push({ was, is, properties })
  }
  for (const is of after.all()) {
    if (is.kind === 'collation version') continue
    if (!before.get(is) && !after.lacksWholeOf(is, before)) differences.push({ was: null, is, properties: [] })
  }
  return differences
}

function differingProperties(was: ObjectFact, is: ObjectFact, order: ColumnOrder): readonly string[] {
  // Documents that were read together share what they have in common.
  if (was.properties === is.properties) return none
  const names: string[] = []
  for (const name of Object.keys(was.properties)) {
    if ((was.properties[name] ?? null) !== (is.properties[name] ?? null)) names.push(name)
  }
  for (const name of Object.keys(is.properties)) {
    if (!(name in was.properties) && (is.properties[name] ?? null) !== null) names.push(name)
  }
  return names.filter((name) => was.kind !== 'column' || name !== 'position' || order.hasMoved(was, is)).sort()
}

const none: readonly string[] = []

/** The check `schema`: one finding an object that differs, or one that says that none does. */
export function compareObjects(options: CompareOptions, [before, after]: IndexPair): Finding[] {
  const { baseline, restored } = options
  const context: GradeContext = {
    before,
    baseline,
    restored,
    carries: options.carries,
    exact: options.exact ?? false,
    notCovered: options.notCovered,
    usedAsThere: options.usedAsThere,
  }
  const words = presenceWords(options.sides)
  const findings = [
    ...differencesBetween(before, after).flatMap((difference) => findingsOf(difference, context, words)),
    ...compareProvided(options),
  ]
  if (!findings.some((finding) => !finding.notice)) findings.push(summary(before))
  return [...findings, ...listProvided(options)]
}

function findingsOf({ was, is, properties }: ObjectDifference, context: GradeContext, words: PresenceWords): Finding[] {
  if (was === null || is === null) {
    const object = was ?? is
    if (object === null) return []
    const state = was === null ? words.extra : words.missing
    return toFinding(gradePresence(object, is === null, context), object, `${nameOf(object)} ${state}`, {
      expected: was === null ? 'absent' : 'present',
      actual: was === null ? 'present' : 'absent',
      gravity: was === null ? gravityOfGain(object) : gravityOfLoss(object),
    })
  }
  const byGrade = Map.groupBy(properties, (property) => JSON.stringify(gradeProperty(property, was, is, context)))
  return [...byGrade].flatMap(([grade, names]) =>
    toFinding(
      JSON.parse(grade) as Grade,
      was,
      `${nameOf(was)}: ${listOf(names)} ${isSingular(names) ? 'differs' : 'differ'}${gainsOf(was, is, names)}`,
      { ...valuesOf(was, is, names), gravity: gravityOfChange(names, was, is) },
    ),
  )
}

function toFinding(
  grade: Grade,
  object: ObjectFact,
  message: string,
  values: { readonly expected: string; readonly actual: string; readonly gravity: Gravity },
): Finding[] {
  const details = { object: object.identity, ...values }
  switch (grade.grade) {
    case 'differs':
      return [
        differs('schema', {
          ...details,
          message: grade.why === undefined ? message : `${message}: ${grade.why}`,
          remedy: grade.remedy ?? null,
        }),
      ]
    case 'notice':
      return [differs('schema', { ...details, message: `${message}: ${grade.why}`, notice: true })]
    case 'not-checked':
      return [
        notChecked('schema', {
          ...details,
          message: `${message}: ${grade.why}`,
          remedy: grade.remedy,
          notice: grade.notice,
        }),
      ]
    case 'ignored':
      return []
    default:
      throw new TypeError(`unhandled ${JSON.stringify(grade satisfies never)}`)
  }
}

function nameOf(object: ObjectFact): string {
  return object.kind === 'database' ? 'the database' : `${object.kind} ${object.identity}`
}

/** Properties that are verbs, though they look like plurals. */
const verbs: ReadonlySet<string> = new Set(['fires', 'hashes', 'merges', 'publishes', 'returns'])

function isSingular([name = '', ...others]: readonly string[]): boolean {
  return others.length === 0 && (!name.endsWith('s') || verbs.has(name))
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Who may do more than before is said at once, for the first few. */
function gainsOf(was: ObjectFact, is: ObjectFact, names: readonly string[]): string {
  if (!names.includes('privileges')) return ''
  const gained = gainedGrants(was.properties['privileges'] ?? null, is.properties['privileges'] ?? null)
  const more = gained.length - gainsShown
  return gained.length === 0
    ? ''
    : ` (gained ${gained.slice(0, gainsShown).join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

const gainsShown = 3

function valuesOf(
  was: ObjectFact,
  is: ObjectFact,
  names: readonly string[],
): { readonly expected: string; readonly actual: string } {
  const values = names.map((name) => {
    const sides = [was.properties[name] ?? null, is.properties[name] ?? null] as const
    const shown = holdsSettings(was, name)
      ? settingsWords(...sides)
      : { expected: sides[0] ?? 'none', actual: sides[1] ?? 'none' }
    return { name, ...shown }
  })
  const text = (side: 'expected' | 'actual'): string =>
    values.map((value) => (names.length === 1 ? value[side] : `${value.name}: ${value[side]}`)).join('\n')
  return { expected: text('expected'), actual: text('actual') }
}

function summary(before: ObjectIndex): Finding {
  if (before.size === 0) {
    return notChecked('schema', {
      message: 'the baseline holds no objects',
      remedy: 'check that the baseline was taken from the right database',
    })
  }
  return same('schema', { message: `${formatCount(before.size)} objects of ${before.kinds} kinds are as they were` })
}
