import { createTwoFilesPatch } from 'diff'
import { scrub } from '../core/index.ts'
import type { Facts, ObjectFact } from '../facts/index.ts'
import { differencesBetween } from './compare-objects.ts'
import { equaliseMajors } from './equalise-majors.ts'
import { ObjectIndex } from './object-index.ts'
import type { NotCovered } from './options.ts'

export interface ObjectDiff {
  /** `policy public.users.own_rows` */
  readonly object: string
  /** Unified diff of the object's properties, scrubbed. */
  readonly diff: string
}

const contextLines = 3

/** Every object that differs, as text to read: one property a line, bodies line by line. */
export function diffObjects(baseline: Facts, restored: Facts, notCovered: NotCovered = {}): ObjectDiff[] {
  const [was, is] = equaliseMajors(baseline, restored)
  const before = new ObjectIndex(was, notCovered)
  const after = new ObjectIndex(is, notCovered)
  return differencesBetween(before, after).map(({ was, is }) => {
    const object = nameOf(was ?? is)
    const diff = createTwoFilesPatch(
      was === null ? '/dev/null' : `baseline/${object}`,
      is === null ? '/dev/null' : `restored/${object}`,
      render(was),
      render(is),
      undefined,
      undefined,
      { context: contextLines },
    )
    return { object, diff: scrub(diff.replace(/^=+\n/, '')) }
  })
}

function nameOf(object: ObjectFact | null): string {
  return object === null ? '' : scrub(`${object.kind} ${object.identity}`).replaceAll('\n', ' ')
}

function render(object: ObjectFact | null): string {
  if (object === null) return ''
  return Object.entries(object.properties)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .map(([name, value]) => (value.includes('\n') ? `${name}:\n${indent(value)}\n` : `${name}: ${value}\n`))
    .join('')
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
