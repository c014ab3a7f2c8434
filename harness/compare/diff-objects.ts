import { createTwoFilesPatch } from 'diff'
import { scrub, scrubLine } from '../core/index.ts'
import type { Facts, ObjectFact } from '../facts/index.ts'
import { asFarAsKnown } from './as-far-as-known.ts'
import { differencesBetween, type ObjectDifference } from './compare-objects.ts'
import { renderDdl } from './ddl/index.ts'
import { equaliseMajors } from './equalise-majors.ts'
import { holdsSettings, settingsWords } from './grade-settings.ts'
import { gravityOfChange, gravityOfGain, gravityOfLoss } from './gravity-of-change.ts'
import { rankOfGravity, type Gravity } from './gravity.ts'
import { isRelation, ObjectIndex } from './object-index.ts'
import type { NotCovered } from './options.ts'

export interface ObjectDiff {
  /** `policy public.users.own_rows` */
  readonly object: string
  /** As findings name it: `public.users.own_rows`. */
  readonly identity: string
  readonly gravity: Gravity
  /** Unified diff of the object's definition as statements ({@link renderDdl}), scrubbed. */
  readonly diff: string
}

export interface DiffOptions {
  readonly notCovered?: NotCovered
  /** What the diff calls the two; `baseline` and `restored` unless given. */
  readonly sides?: readonly [string, string]
}

const contextLines = 3

/** Past so many lines that differ, all of one text is shown and then all of the other: finding the shortest diff costs the square. */
const longestEdit = 2_000

/** Every object that differs, gravest first, as text to read. */
export function diffObjects(baseline: Facts, restored: Facts, options: DiffOptions = {}): ObjectDiff[] {
  const { notCovered = {}, sides = ['baseline', 'restored'] } = options
  const [was, is] = equaliseMajors(...asFarAsKnown(baseline, restored).facts)
  const before = new ObjectIndex(was, notCovered)
  const after = new ObjectIndex(is, notCovered)
  return differencesBetween(before, after)
    .map((difference) => toDiff(difference, [before, after], sides))
    .sort((a, b) => rankOfGravity(a.gravity) - rankOfGravity(b.gravity))
}

function toDiff(
  { was, is, properties }: ObjectDifference,
  [before, after]: readonly [ObjectIndex, ObjectIndex],
  sides: readonly [string, string],
): ObjectDiff {
  const object = nameOf(was ?? is)
  const identity = scrubLine((was ?? is)?.identity ?? '')
  const name = (side: string, there: ObjectFact | null): string => (there === null ? '/dev/null' : `${side}/${object}`)
  const names = [name(sides[0], was), name(sides[1], is)] as const
  if (was === null || is === null) {
    const gravity = was ? gravityOfLoss(was) : is ? gravityOfGain(is) : 'cosmetic'
    const texts = [renderWhole(was, before), renderWhole(is, after)] as const
    return { object, identity, gravity, diff: patch(names, texts) }
  }
  const shown = withoutSettingValues(was, is, properties)
  const spelledOut = unseen(...shown, properties)
  const texts = [renderDdl(shown[0], { spelledOut }), renderDdl(shown[1], { spelledOut })] as const
  return { object, identity, gravity: gravityOfChange(properties, was, is), diff: patch(names, texts) }
}

/** Their values may be secrets of an application's. */
function withoutSettingValues(
  was: ObjectFact,
  is: ObjectFact,
  properties: readonly string[],
): readonly [ObjectFact, ObjectFact] {
  const property = properties.find((name) => holdsSettings(was, name))
  if (property === undefined) return [was, is]
  const { expected, actual } = settingsWords(was.properties[property] ?? null, is.properties[property] ?? null)
  const withWords = (object: ObjectFact, words: string): ObjectFact => ({
    ...object,
    properties: { ...object.properties, [property]: words },
  })
  return [withWords(was, expected), withWords(is, actual)]
}

/** A relation that one side lacks is shown with all that goes with it. */
function renderWhole(object: ObjectFact | null, index: ObjectIndex): string {
  if (object === null) return ''
  return renderDdl(object, { parts: isRelation(object) ? index.partsOf(object) : [] })
}

/** Properties that differ and change nothing in the statements: no difference may be invisible. */
function unseen(was: ObjectFact, is: ObjectFact, properties: readonly string[]): string[] {
  const text = renderDdl(is)
  return properties.filter((property) => {
    const swapped = { ...is, properties: { ...is.properties, [property]: was.properties[property] ?? null } }
    return renderDdl(swapped) === text
  })
}

function patch(names: readonly [string, string], texts: readonly [string, string]): string {
  const [before, after] = texts.map(scrub)
  const options = { context: contextLines, maxEditLength: longestEdit }
  const short = createTwoFilesPatch(...names, before ?? '', after ?? '', undefined, undefined, options)
  const text = short ?? `--- ${names[0]}\n+++ ${names[1]}\n${marked('-', before ?? '')}${marked('+', after ?? '')}`
  return text.replace(/^=+\n/, '')
}

function marked(mark: string, text: string): string {
  return text.replace(/^(?=.)/gm, mark)
}

function nameOf(object: ObjectFact | null): string {
  return object === null ? '' : scrub(`${object.kind} ${object.identity}`).replaceAll('\n', ' ')
}
